CREATE TABLE `materialized_funds` (
	`viewer_user_id` integer NOT NULL,
	`fund_id` integer NOT NULL,
	PRIMARY KEY(`viewer_user_id`, `fund_id`)
);
--> statement-breakpoint
CREATE TABLE `materialized_viewers` (
	`viewer_user_id` integer PRIMARY KEY NOT NULL,
	`row_count` integer NOT NULL,
	`org_version` integer NOT NULL,
	`position` text NOT NULL,
	`refreshed_at` integer NOT NULL
);
