# Read by the image's entrypoint at the first start of the server. The services' account gets its rights on tables from
# `seeder:migrate --grant-to`, which the owner of the tables runs.
docker_process_sql <<SQL
CREATE USER 'finance_service'@'%' IDENTIFIED BY '$FINANCE_SERVICE_PASSWORD';
GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO 'finance_service'@'%';
GRANT SELECT ON performance_schema.replication_group_members TO 'finance_service'@'%';
GRANT GRANT OPTION ON finance.* TO 'finance'@'%';
SQL
