CREATE TABLE `materialized_funds` (
	`viewer_user_id` bigint NOT NULL,
	`fund_id` bigint NOT NULL,
	CONSTRAINT `materialized_funds_viewer_user_id_fund_id_pk` PRIMARY KEY(`viewer_user_id`,`fund_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
--> statement-breakpoint
CREATE TABLE `materialized_viewers` (
	`viewer_user_id` bigint NOT NULL,
	`row_count` bigint NOT NULL,
	`org_version` bigint NOT NULL,
	`position` text NOT NULL,
	`refreshed_at` datetime(6) NOT NULL,
	CONSTRAINT `materialized_viewers_viewer_user_id` PRIMARY KEY(`viewer_user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
