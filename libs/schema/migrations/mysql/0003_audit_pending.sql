CREATE TABLE `audit_pending` (
	`id` bigint AUTO_INCREMENT NOT NULL,
	`entry` text NOT NULL,
	CONSTRAINT `audit_pending_id` PRIMARY KEY(`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
