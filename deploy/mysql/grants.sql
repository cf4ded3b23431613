-- The change feed reads the binlog; the image's own user may not.
GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO 'finance'@'%';
