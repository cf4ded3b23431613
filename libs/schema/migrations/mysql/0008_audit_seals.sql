ALTER TABLE `audit_log` ADD `note` varchar(40) DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `audit_log` ADD `seal` varchar(32) DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `audit_state` ADD `seal_key_id` varchar(16) DEFAULT '' NOT NULL;