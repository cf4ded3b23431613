CREATE TABLE `history` (
	`id` int NOT NULL,
	`history_id` varchar(36) NOT NULL,
	CONSTRAINT `history_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
INSERT INTO `history` VALUES (1, UUID());
