ALTER TABLE `org_state` ADD `tree_in_step` integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
UPDATE `org_state` SET `tree_in_step` = 1 WHERE NOT EXISTS (SELECT 1 FROM `users`);
--> statement-breakpoint
CREATE TRIGGER `users_insert_org` AFTER INSERT ON `users` BEGIN
	UPDATE `org_state` SET `version` = `version` + 1 + (random() & 4294967295), `tree_in_step` = 0 WHERE `id` = 1;
END;
--> statement-breakpoint
CREATE TRIGGER `users_delete_org` AFTER DELETE ON `users` BEGIN
	UPDATE `org_state` SET `version` = `version` + 1 + (random() & 4294967295), `tree_in_step` = 0 WHERE `id` = 1;
END;
--> statement-breakpoint
CREATE TRIGGER `users_update_org` AFTER UPDATE OF `id`, `parent_id` ON `users` WHEN OLD.`id` <> NEW.`id` OR OLD.`parent_id` IS NOT NEW.`parent_id` BEGIN
	UPDATE `org_state` SET `version` = `version` + 1 + (random() & 4294967295), `tree_in_step` = 0 WHERE `id` = 1;
END;
--> statement-breakpoint
CREATE TRIGGER `users_role_org` AFTER UPDATE OF `role` ON `users` WHEN OLD.`role` <> NEW.`role` BEGIN
	UPDATE `org_state` SET `version` = `version` + 1 + (random() & 4294967295) WHERE `id` = 1;
END;
