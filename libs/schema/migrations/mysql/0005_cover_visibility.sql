DROP INDEX `financial_funds_handle_by` ON `financial_funds`;--> statement-breakpoint
DROP INDEX `financial_funds_order_id` ON `financial_funds`;--> statement-breakpoint
DROP INDEX `financial_funds_customer_id` ON `financial_funds`;--> statement-breakpoint
DROP INDEX `financial_funds_amount` ON `financial_funds`;--> statement-breakpoint
DROP INDEX `financial_funds_created_at` ON `financial_funds`;--> statement-breakpoint
DROP INDEX `financial_funds_updated_at` ON `financial_funds`;--> statement-breakpoint
DROP INDEX `financial_funds_status` ON `financial_funds`;--> statement-breakpoint
CREATE INDEX `financial_funds_handle_by` ON `financial_funds` (`handle_by`,`fund_id`,`order_id`,`customer_id`);--> statement-breakpoint
CREATE INDEX `financial_funds_order_id` ON `financial_funds` (`order_id`,`handle_by`);--> statement-breakpoint
CREATE INDEX `financial_funds_customer_id` ON `financial_funds` (`customer_id`,`handle_by`);--> statement-breakpoint
CREATE INDEX `financial_funds_amount` ON `financial_funds` (`amount`,`fund_id`,`handle_by`,`order_id`,`customer_id`);--> statement-breakpoint
CREATE INDEX `financial_funds_created_at` ON `financial_funds` (`created_at`,`fund_id`,`handle_by`,`order_id`,`customer_id`);--> statement-breakpoint
CREATE INDEX `financial_funds_updated_at` ON `financial_funds` (`updated_at`,`fund_id`,`handle_by`,`order_id`,`customer_id`);--> statement-breakpoint
CREATE INDEX `financial_funds_status` ON `financial_funds` (`status`,`fund_id`,`handle_by`,`order_id`,`customer_id`);