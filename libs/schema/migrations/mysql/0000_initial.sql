CREATE TABLE `customers` (
	`customer_id` bigint AUTO_INCREMENT NOT NULL,
	`name` varchar(200) NOT NULL,
	`admin_user_id` bigint NOT NULL,
	CONSTRAINT `customers_customer_id` PRIMARY KEY(`customer_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
--> statement-breakpoint
CREATE TABLE `financial_funds` (
	`fund_id` bigint AUTO_INCREMENT NOT NULL,
	`handle_by` bigint NOT NULL,
	`order_id` bigint,
	`customer_id` bigint,
	`amount` decimal(15,2) NOT NULL,
	`currency_code` varchar(3) NOT NULL,
	`status` varchar(16) NOT NULL,
	`created_at` datetime(6) NOT NULL,
	`updated_at` datetime(6) NOT NULL,
	CONSTRAINT `financial_funds_fund_id` PRIMARY KEY(`fund_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
--> statement-breakpoint
CREATE TABLE `orders` (
	`order_id` bigint AUTO_INCREMENT NOT NULL,
	`user_id` bigint NOT NULL,
	`customer_id` bigint,
	`amount` decimal(15,2) NOT NULL,
	`created_at` datetime(6) NOT NULL,
	CONSTRAINT `orders_order_id` PRIMARY KEY(`order_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
--> statement-breakpoint
CREATE TABLE `org_state` (
	`id` int NOT NULL,
	`version` bigint NOT NULL,
	`change_sequence` bigint NOT NULL,
	CONSTRAINT `org_state_id` PRIMARY KEY(`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
--> statement-breakpoint
CREATE TABLE `user_hierarchy` (
	`user_id` bigint NOT NULL,
	`subordinate_id` bigint NOT NULL,
	`depth` int NOT NULL,
	CONSTRAINT `user_hierarchy_user_id_subordinate_id_pk` PRIMARY KEY(`user_id`,`subordinate_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
--> statement-breakpoint
CREATE TABLE `users` (
	`id` bigint AUTO_INCREMENT NOT NULL,
	`name` varchar(200) NOT NULL,
	`role` varchar(16) NOT NULL,
	`department` varchar(100) NOT NULL,
	`parent_id` bigint,
	`tree_left` int NOT NULL,
	`tree_right` int NOT NULL,
	CONSTRAINT `users_id` PRIMARY KEY(`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
--> statement-breakpoint
CREATE INDEX `customers_admin_user_id` ON `customers` (`admin_user_id`);--> statement-breakpoint
CREATE INDEX `financial_funds_handle_by` ON `financial_funds` (`handle_by`,`fund_id`);--> statement-breakpoint
CREATE INDEX `financial_funds_order_id` ON `financial_funds` (`order_id`);--> statement-breakpoint
CREATE INDEX `financial_funds_customer_id` ON `financial_funds` (`customer_id`);--> statement-breakpoint
CREATE INDEX `financial_funds_amount` ON `financial_funds` (`amount`,`fund_id`);--> statement-breakpoint
CREATE INDEX `financial_funds_created_at` ON `financial_funds` (`created_at`,`fund_id`);--> statement-breakpoint
CREATE INDEX `financial_funds_updated_at` ON `financial_funds` (`updated_at`,`fund_id`);--> statement-breakpoint
CREATE INDEX `financial_funds_status` ON `financial_funds` (`status`,`fund_id`);--> statement-breakpoint
CREATE INDEX `orders_user_id` ON `orders` (`user_id`);--> statement-breakpoint
CREATE INDEX `orders_customer_id` ON `orders` (`customer_id`);--> statement-breakpoint
CREATE INDEX `user_hierarchy_subordinate_id` ON `user_hierarchy` (`subordinate_id`,`user_id`);--> statement-breakpoint
CREATE INDEX `user_hierarchy_depth` ON `user_hierarchy` (`user_id`,`depth`,`subordinate_id`);--> statement-breakpoint
CREATE INDEX `users_parent_id` ON `users` (`parent_id`);--> statement-breakpoint
CREATE INDEX `users_tree_left` ON `users` (`tree_left`,`tree_right`);--> statement-breakpoint
CREATE INDEX `users_name` ON `users` (`name`,`id`);--> statement-breakpoint
CREATE INDEX `users_role` ON `users` (`role`,`id`);--> statement-breakpoint
CREATE INDEX `users_department` ON `users` (`department`,`id`);--> statement-breakpoint
INSERT INTO `org_state` VALUES (1, 1, 0);
