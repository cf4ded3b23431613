-- The change feed reads the binlog; the image's own user may not.
GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO 'finance'@'%';
-- In a group (Group Replication) a service asks whether its server still takes part.
GRANT SELECT ON performance_schema.replication_group_members TO 'finance'@'%';
