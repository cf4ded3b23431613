ALTER TABLE `audit_log` ADD `note` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `audit_log` ADD `seal` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `audit_state` ADD `seal_key_id` text DEFAULT '' NOT NULL;