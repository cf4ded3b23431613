CREATE TABLE `customers` (
	`customer_id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`admin_user_id` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `customers_admin_user_id` ON `customers` (`admin_user_id`);--> statement-breakpoint
CREATE TABLE `financial_funds` (
	`fund_id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`handle_by` integer NOT NULL,
	`order_id` integer,
	`customer_id` integer,
	`amount_cents` integer NOT NULL,
	`currency_code` text NOT NULL,
	`status` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `financial_funds_handle_by` ON `financial_funds` (`handle_by`,`fund_id`);--> statement-breakpoint
CREATE INDEX `financial_funds_order_id` ON `financial_funds` (`order_id`);--> statement-breakpoint
CREATE INDEX `financial_funds_customer_id` ON `financial_funds` (`customer_id`);--> statement-breakpoint
CREATE INDEX `financial_funds_amount` ON `financial_funds` (`amount_cents`,`fund_id`);--> statement-breakpoint
CREATE INDEX `financial_funds_created_at` ON `financial_funds` (`created_at`,`fund_id`);--> statement-breakpoint
CREATE INDEX `financial_funds_updated_at` ON `financial_funds` (`updated_at`,`fund_id`);--> statement-breakpoint
CREATE INDEX `financial_funds_status` ON `financial_funds` (`status`,`fund_id`);--> statement-breakpoint
CREATE TABLE `orders` (
	`order_id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`customer_id` integer,
	`amount_cents` integer NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `orders_user_id` ON `orders` (`user_id`);--> statement-breakpoint
CREATE INDEX `orders_customer_id` ON `orders` (`customer_id`);--> statement-breakpoint
CREATE TABLE `org_state` (
	`id` integer PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`change_sequence` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `user_hierarchy` (
	`user_id` integer NOT NULL,
	`subordinate_id` integer NOT NULL,
	`depth` integer NOT NULL,
	PRIMARY KEY(`user_id`, `subordinate_id`)
);
--> statement-breakpoint
CREATE INDEX `user_hierarchy_subordinate_id` ON `user_hierarchy` (`subordinate_id`,`user_id`);--> statement-breakpoint
CREATE INDEX `user_hierarchy_depth` ON `user_hierarchy` (`user_id`,`depth`,`subordinate_id`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`department` text NOT NULL,
	`parent_id` integer,
	`tree_left` integer NOT NULL,
	`tree_right` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `users_parent_id` ON `users` (`parent_id`);--> statement-breakpoint
CREATE INDEX `users_tree_left` ON `users` (`tree_left`,`tree_right`);--> statement-breakpoint
CREATE INDEX `users_name` ON `users` (`name`,`id`);--> statement-breakpoint
CREATE INDEX `users_role` ON `users` (`role`,`id`);--> statement-breakpoint
CREATE INDEX `users_department` ON `users` (`department`,`id`);--> statement-breakpoint
INSERT INTO `org_state` VALUES (1, 1, 0);
