import { defineConfig } from 'drizzle-kit';

export default defineConfig({ dialect: 'mysql', schema: './src/tables/mysql.ts', out: './migrations/mysql' });
