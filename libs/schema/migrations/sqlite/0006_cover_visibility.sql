DROP INDEX `financial_funds_handle_by`;--> statement-breakpoint
DROP INDEX `financial_funds_order_id`;--> statement-breakpoint
DROP INDEX `financial_funds_customer_id`;--> statement-breakpoint
DROP INDEX `financial_funds_amount`;--> statement-breakpoint
DROP INDEX `financial_funds_created_at`;--> statement-breakpoint
DROP INDEX `financial_funds_updated_at`;--> statement-breakpoint
DROP INDEX `financial_funds_status`;--> statement-breakpoint
CREATE INDEX `financial_funds_handle_by` ON `financial_funds` (`handle_by`,`fund_id`,`order_id`,`customer_id`);--> statement-breakpoint
CREATE INDEX `financial_funds_order_id` ON `financial_funds` (`order_id`,`handle_by`);--> statement-breakpoint
CREATE INDEX `financial_funds_customer_id` ON `financial_funds` (`customer_id`,`handle_by`);--> statement-breakpoint
CREATE INDEX `financial_funds_amount` ON `financial_funds` (`amount_cents`,`fund_id`,`handle_by`,`order_id`,`customer_id`);--> statement-breakpoint
CREATE INDEX `financial_funds_created_at` ON `financial_funds` (`created_at`,`fund_id`,`handle_by`,`order_id`,`customer_id`);--> statement-breakpoint
CREATE INDEX `financial_funds_updated_at` ON `financial_funds` (`updated_at`,`fund_id`,`handle_by`,`order_id`,`customer_id`);--> statement-breakpoint
CREATE INDEX `financial_funds_status` ON `financial_funds` (`status`,`fund_id`,`handle_by`,`order_id`,`customer_id`);