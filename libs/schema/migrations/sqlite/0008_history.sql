CREATE TABLE `history` (
	`id` integer PRIMARY KEY NOT NULL,
	`history_id` text NOT NULL
);
--> statement-breakpoint
ALTER TABLE `change_log` ADD `mark` integer;
--> statement-breakpoint
INSERT INTO `history` VALUES (1, lower(hex(randomblob(16))));
--> statement-breakpoint
DROP TRIGGER IF EXISTS `users_insert_log`;
--> statement-breakpoint
CREATE TRIGGER `users_insert_log` AFTER INSERT ON `users` BEGIN
	INSERT INTO `change_log` (`mark`, `table_code`, `row_id`, `old_user_id`, `new_user_id`) VALUES (random(), 1, NEW.`id`, NULL, COALESCE(NEW.`parent_id`, 0));
END;
--> statement-breakpoint
DROP TRIGGER IF EXISTS `users_delete_log`;
--> statement-breakpoint
CREATE TRIGGER `users_delete_log` AFTER DELETE ON `users` BEGIN
	INSERT INTO `change_log` (`mark`, `table_code`, `row_id`, `old_user_id`, `new_user_id`) VALUES (random(), 1, OLD.`id`, COALESCE(OLD.`parent_id`, 0), NULL);
END;
--> statement-breakpoint
DROP TRIGGER IF EXISTS `users_update_log`;
--> statement-breakpoint
CREATE TRIGGER `users_update_log` AFTER UPDATE OF `id`, `name`, `role`, `department`, `parent_id` ON `users` BEGIN
	INSERT INTO `change_log` (`mark`, `table_code`, `row_id`, `old_user_id`, `new_user_id`) SELECT random(), 1, OLD.`id`, COALESCE(OLD.`parent_id`, 0), NULL WHERE OLD.`id` <> NEW.`id`;
	INSERT INTO `change_log` (`mark`, `table_code`, `row_id`, `old_user_id`, `new_user_id`) VALUES (random(), 1, NEW.`id`, CASE WHEN OLD.`id` = NEW.`id` THEN COALESCE(OLD.`parent_id`, 0) END, COALESCE(NEW.`parent_id`, 0));
END;
--> statement-breakpoint
DROP TRIGGER IF EXISTS `customers_insert_log`;
--> statement-breakpoint
CREATE TRIGGER `customers_insert_log` AFTER INSERT ON `customers` BEGIN
	INSERT INTO `change_log` (`mark`, `table_code`, `row_id`, `old_user_id`, `new_user_id`) VALUES (random(), 2, NEW.`customer_id`, NULL, NEW.`admin_user_id`);
END;
--> statement-breakpoint
DROP TRIGGER IF EXISTS `customers_delete_log`;
--> statement-breakpoint
CREATE TRIGGER `customers_delete_log` AFTER DELETE ON `customers` BEGIN
	INSERT INTO `change_log` (`mark`, `table_code`, `row_id`, `old_user_id`, `new_user_id`) VALUES (random(), 2, OLD.`customer_id`, OLD.`admin_user_id`, NULL);
END;
--> statement-breakpoint
DROP TRIGGER IF EXISTS `customers_update_log`;
--> statement-breakpoint
CREATE TRIGGER `customers_update_log` AFTER UPDATE OF `customer_id`, `name`, `admin_user_id` ON `customers` BEGIN
	INSERT INTO `change_log` (`mark`, `table_code`, `row_id`, `old_user_id`, `new_user_id`) SELECT random(), 2, OLD.`customer_id`, OLD.`admin_user_id`, NULL WHERE OLD.`customer_id` <> NEW.`customer_id`;
	INSERT INTO `change_log` (`mark`, `table_code`, `row_id`, `old_user_id`, `new_user_id`) VALUES (random(), 2, NEW.`customer_id`, CASE WHEN OLD.`customer_id` = NEW.`customer_id` THEN OLD.`admin_user_id` END, NEW.`admin_user_id`);
END;
--> statement-breakpoint
DROP TRIGGER IF EXISTS `orders_insert_log`;
--> statement-breakpoint
CREATE TRIGGER `orders_insert_log` AFTER INSERT ON `orders` BEGIN
	INSERT INTO `change_log` (`mark`, `table_code`, `row_id`, `old_user_id`, `new_user_id`) VALUES (random(), 3, NEW.`order_id`, NULL, NEW.`user_id`);
END;
--> statement-breakpoint
DROP TRIGGER IF EXISTS `orders_delete_log`;
--> statement-breakpoint
CREATE TRIGGER `orders_delete_log` AFTER DELETE ON `orders` BEGIN
	INSERT INTO `change_log` (`mark`, `table_code`, `row_id`, `old_user_id`, `new_user_id`) VALUES (random(), 3, OLD.`order_id`, OLD.`user_id`, NULL);
END;
--> statement-breakpoint
DROP TRIGGER IF EXISTS `orders_update_log`;
--> statement-breakpoint
CREATE TRIGGER `orders_update_log` AFTER UPDATE OF `order_id`, `user_id` ON `orders` BEGIN
	INSERT INTO `change_log` (`mark`, `table_code`, `row_id`, `old_user_id`, `new_user_id`) SELECT random(), 3, OLD.`order_id`, OLD.`user_id`, NULL WHERE OLD.`order_id` <> NEW.`order_id`;
	INSERT INTO `change_log` (`mark`, `table_code`, `row_id`, `old_user_id`, `new_user_id`) VALUES (random(), 3, NEW.`order_id`, CASE WHEN OLD.`order_id` = NEW.`order_id` THEN OLD.`user_id` END, NEW.`user_id`);
END;
--> statement-breakpoint
DROP TRIGGER IF EXISTS `financial_funds_insert_log`;
--> statement-breakpoint
CREATE TRIGGER `financial_funds_insert_log` AFTER INSERT ON `financial_funds` BEGIN
	INSERT INTO `change_log` (`mark`, `table_code`, `row_id`, `old_user_id`, `new_user_id`) VALUES (random(), 4, NEW.`fund_id`, NULL, NEW.`handle_by`);
END;
--> statement-breakpoint
DROP TRIGGER IF EXISTS `financial_funds_delete_log`;
--> statement-breakpoint
CREATE TRIGGER `financial_funds_delete_log` AFTER DELETE ON `financial_funds` BEGIN
	INSERT INTO `change_log` (`mark`, `table_code`, `row_id`, `old_user_id`, `new_user_id`) VALUES (random(), 4, OLD.`fund_id`, OLD.`handle_by`, NULL);
END;
--> statement-breakpoint
DROP TRIGGER IF EXISTS `financial_funds_update_log`;
--> statement-breakpoint
CREATE TRIGGER `financial_funds_update_log` AFTER UPDATE ON `financial_funds` BEGIN
	INSERT INTO `change_log` (`mark`, `table_code`, `row_id`, `old_user_id`, `new_user_id`) SELECT random(), 4, OLD.`fund_id`, OLD.`handle_by`, NULL WHERE OLD.`fund_id` <> NEW.`fund_id`;
	INSERT INTO `change_log` (`mark`, `table_code`, `row_id`, `old_user_id`, `new_user_id`) VALUES (random(), 4, NEW.`fund_id`, CASE WHEN OLD.`fund_id` = NEW.`fund_id` THEN OLD.`handle_by` END, NEW.`handle_by`);
END;
