CREATE TABLE `change_log` (
	`sequence` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`table_code` integer NOT NULL,
	`row_id` integer NOT NULL
);
--> statement-breakpoint
CREATE TRIGGER `users_insert_log` AFTER INSERT ON `users` BEGIN
	INSERT INTO `change_log` (`table_code`, `row_id`) VALUES (1, NEW.`id`);
END;
--> statement-breakpoint
CREATE TRIGGER `users_delete_log` AFTER DELETE ON `users` BEGIN
	INSERT INTO `change_log` (`table_code`, `row_id`) VALUES (1, OLD.`id`);
END;
--> statement-breakpoint
CREATE TRIGGER `users_update_log` AFTER UPDATE OF `id`, `name`, `role`, `department`, `parent_id` ON `users` BEGIN
	INSERT INTO `change_log` (`table_code`, `row_id`) VALUES (1, NEW.`id`);
	INSERT INTO `change_log` (`table_code`, `row_id`) SELECT 1, OLD.`id` WHERE OLD.`id` <> NEW.`id`;
END;
--> statement-breakpoint
CREATE TRIGGER `customers_insert_log` AFTER INSERT ON `customers` BEGIN
	INSERT INTO `change_log` (`table_code`, `row_id`) VALUES (2, NEW.`customer_id`);
END;
--> statement-breakpoint
CREATE TRIGGER `customers_delete_log` AFTER DELETE ON `customers` BEGIN
	INSERT INTO `change_log` (`table_code`, `row_id`) VALUES (2, OLD.`customer_id`);
END;
--> statement-breakpoint
CREATE TRIGGER `customers_update_log` AFTER UPDATE OF `customer_id`, `name`, `admin_user_id` ON `customers` BEGIN
	INSERT INTO `change_log` (`table_code`, `row_id`) VALUES (2, NEW.`customer_id`);
	INSERT INTO `change_log` (`table_code`, `row_id`) SELECT 2, OLD.`customer_id` WHERE OLD.`customer_id` <> NEW.`customer_id`;
END;
--> statement-breakpoint
CREATE TRIGGER `orders_insert_log` AFTER INSERT ON `orders` BEGIN
	INSERT INTO `change_log` (`table_code`, `row_id`) VALUES (3, NEW.`order_id`);
END;
--> statement-breakpoint
CREATE TRIGGER `orders_delete_log` AFTER DELETE ON `orders` BEGIN
	INSERT INTO `change_log` (`table_code`, `row_id`) VALUES (3, OLD.`order_id`);
END;
--> statement-breakpoint
CREATE TRIGGER `orders_update_log` AFTER UPDATE OF `order_id`, `user_id` ON `orders` BEGIN
	INSERT INTO `change_log` (`table_code`, `row_id`) VALUES (3, NEW.`order_id`);
	INSERT INTO `change_log` (`table_code`, `row_id`) SELECT 3, OLD.`order_id` WHERE OLD.`order_id` <> NEW.`order_id`;
END;
--> statement-breakpoint
CREATE TRIGGER `financial_funds_insert_log` AFTER INSERT ON `financial_funds` BEGIN
	INSERT INTO `change_log` (`table_code`, `row_id`) VALUES (4, NEW.`fund_id`);
END;
--> statement-breakpoint
CREATE TRIGGER `financial_funds_delete_log` AFTER DELETE ON `financial_funds` BEGIN
	INSERT INTO `change_log` (`table_code`, `row_id`) VALUES (4, OLD.`fund_id`);
END;
--> statement-breakpoint
CREATE TRIGGER `financial_funds_update_log` AFTER UPDATE ON `financial_funds` BEGIN
	INSERT INTO `change_log` (`table_code`, `row_id`) VALUES (4, NEW.`fund_id`);
	INSERT INTO `change_log` (`table_code`, `row_id`) SELECT 4, OLD.`fund_id` WHERE OLD.`fund_id` <> NEW.`fund_id`;
END;
--> statement-breakpoint
INSERT INTO `change_log` (`sequence`, `table_code`, `row_id`) VALUES (CAST(unixepoch('subsec') * 1000 AS INTEGER), 0, 0);
