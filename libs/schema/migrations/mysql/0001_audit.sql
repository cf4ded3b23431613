CREATE TABLE `audit_log` (
	`sequence` bigint NOT NULL,
	`recorded_at` datetime(6) NOT NULL,
	`kind` varchar(8) NOT NULL,
	`caller` varchar(200) NOT NULL,
	`caller_address` varchar(100) NOT NULL,
	`request_id` varchar(64) NOT NULL,
	`rpc` varchar(120) NOT NULL,
	`viewer_user_id` bigint,
	`arguments_hash` varchar(64) NOT NULL,
	`outcome` varchar(40) NOT NULL,
	`result_count` bigint,
	`total_size` bigint,
	`strategy` varchar(40) NOT NULL,
	`position` varchar(1000) NOT NULL,
	`entry_hash` varchar(64) NOT NULL,
	CONSTRAINT `audit_log_sequence` PRIMARY KEY(`sequence`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
--> statement-breakpoint
CREATE TABLE `audit_state` (
	`id` int NOT NULL,
	`sequence` bigint NOT NULL,
	`recorded_at` datetime(6) NOT NULL,
	`entry_hash` varchar(64) NOT NULL,
	CONSTRAINT `audit_state_id` PRIMARY KEY(`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
--> statement-breakpoint
CREATE INDEX `audit_log_recorded_at` ON `audit_log` (`recorded_at`,`sequence`);--> statement-breakpoint
CREATE INDEX `audit_log_caller` ON `audit_log` (`caller`,`sequence`);--> statement-breakpoint
CREATE INDEX `audit_log_viewer_user_id` ON `audit_log` (`viewer_user_id`,`sequence`);--> statement-breakpoint
INSERT INTO `audit_state` VALUES (1, 0, '1970-01-01', REPEAT('0', 64));
