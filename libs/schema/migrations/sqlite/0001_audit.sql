CREATE TABLE `audit_log` (
	`sequence` integer PRIMARY KEY NOT NULL,
	`recorded_at` integer NOT NULL,
	`kind` text NOT NULL,
	`caller` text NOT NULL,
	`caller_address` text NOT NULL,
	`request_id` text NOT NULL,
	`rpc` text NOT NULL,
	`viewer_user_id` integer,
	`arguments_hash` text NOT NULL,
	`outcome` text NOT NULL,
	`result_count` integer,
	`total_size` integer,
	`strategy` text NOT NULL,
	`position` text NOT NULL,
	`entry_hash` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_log_recorded_at` ON `audit_log` (`recorded_at`,`sequence`);--> statement-breakpoint
CREATE INDEX `audit_log_caller` ON `audit_log` (`caller`,`sequence`);--> statement-breakpoint
CREATE INDEX `audit_log_viewer_user_id` ON `audit_log` (`viewer_user_id`,`sequence`);--> statement-breakpoint
CREATE TABLE `audit_state` (
	`id` integer PRIMARY KEY NOT NULL,
	`sequence` integer NOT NULL,
	`recorded_at` integer NOT NULL,
	`entry_hash` text NOT NULL
);
--> statement-breakpoint
INSERT INTO `audit_state` VALUES (1, 0, 0, printf('%064d', 0));
