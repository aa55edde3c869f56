-- Rendered by apim-lab from templates/postgresql/init.sql.hbs; run by start.sh at every start, before the server has TCP.
-- An account has no rights of its own: it is a member of the role that owns a database, or of the one that may read it, and becomes
-- the owner there, so that what one component makes is every component's.
-- A statement that fails is logged with its text, and these have passwords.
SET log_min_error_statement = 'panic';
ALTER ROLE postgres PASSWORD 'root-secret';

SELECT 'CREATE ROLE "key-manager"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'key-manager') \gexec
ALTER ROLE "key-manager" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD 'key-manager-secret';
SELECT format('REVOKE %I FROM %I', owner.rolname, member.rolname) FROM pg_auth_members
  JOIN pg_roles owner ON owner.oid = roleid JOIN pg_roles member ON member.oid = pg_auth_members.member
  WHERE member.rolname = 'key-manager' \gexec
SELECT format('ALTER ROLE %I IN DATABASE %I RESET ALL', rolname, datname) FROM pg_db_role_setting
  JOIN pg_roles ON pg_roles.oid = setrole JOIN pg_database ON pg_database.oid = setdatabase
  WHERE rolname = 'key-manager' \gexec
GRANT "apimgtdb" TO "key-manager";
ALTER ROLE "key-manager" IN DATABASE "apimgtdb" SET role = 'apimgtdb';
GRANT "shareddb" TO "key-manager";
ALTER ROLE "key-manager" IN DATABASE "shareddb" SET role = 'shareddb';

SELECT 'CREATE ROLE "traffic-manager"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'traffic-manager') \gexec
ALTER ROLE "traffic-manager" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD 'traffic-manager-secret';
SELECT format('REVOKE %I FROM %I', owner.rolname, member.rolname) FROM pg_auth_members
  JOIN pg_roles owner ON owner.oid = roleid JOIN pg_roles member ON member.oid = pg_auth_members.member
  WHERE member.rolname = 'traffic-manager' \gexec
SELECT format('ALTER ROLE %I IN DATABASE %I RESET ALL', rolname, datname) FROM pg_db_role_setting
  JOIN pg_roles ON pg_roles.oid = setrole JOIN pg_database ON pg_database.oid = setdatabase
  WHERE rolname = 'traffic-manager' \gexec
GRANT "apimgtdb" TO "traffic-manager";
ALTER ROLE "traffic-manager" IN DATABASE "apimgtdb" SET role = 'apimgtdb';
GRANT "shareddb" TO "traffic-manager";
ALTER ROLE "traffic-manager" IN DATABASE "shareddb" SET role = 'shareddb';

SELECT 'CREATE ROLE "publisher"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'publisher') \gexec
ALTER ROLE "publisher" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD 'publisher-secret';
SELECT format('REVOKE %I FROM %I', owner.rolname, member.rolname) FROM pg_auth_members
  JOIN pg_roles owner ON owner.oid = roleid JOIN pg_roles member ON member.oid = pg_auth_members.member
  WHERE member.rolname = 'publisher' \gexec
SELECT format('ALTER ROLE %I IN DATABASE %I RESET ALL', rolname, datname) FROM pg_db_role_setting
  JOIN pg_roles ON pg_roles.oid = setrole JOIN pg_database ON pg_database.oid = setdatabase
  WHERE rolname = 'publisher' \gexec
GRANT "apimgtdb" TO "publisher";
ALTER ROLE "publisher" IN DATABASE "apimgtdb" SET role = 'apimgtdb';
GRANT "shareddb" TO "publisher";
ALTER ROLE "publisher" IN DATABASE "shareddb" SET role = 'shareddb';

SELECT 'CREATE ROLE "devportal"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'devportal') \gexec
ALTER ROLE "devportal" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD 'devportal-secret';
SELECT format('REVOKE %I FROM %I', owner.rolname, member.rolname) FROM pg_auth_members
  JOIN pg_roles owner ON owner.oid = roleid JOIN pg_roles member ON member.oid = pg_auth_members.member
  WHERE member.rolname = 'devportal' \gexec
SELECT format('ALTER ROLE %I IN DATABASE %I RESET ALL', rolname, datname) FROM pg_db_role_setting
  JOIN pg_roles ON pg_roles.oid = setrole JOIN pg_database ON pg_database.oid = setdatabase
  WHERE rolname = 'devportal' \gexec
GRANT "apimgtdb" TO "devportal";
ALTER ROLE "devportal" IN DATABASE "apimgtdb" SET role = 'apimgtdb';
GRANT "shareddb" TO "devportal";
ALTER ROLE "devportal" IN DATABASE "shareddb" SET role = 'shareddb';

SELECT 'CREATE ROLE "gateway"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'gateway') \gexec
ALTER ROLE "gateway" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD 'gateway-secret';
SELECT format('REVOKE %I FROM %I', owner.rolname, member.rolname) FROM pg_auth_members
  JOIN pg_roles owner ON owner.oid = roleid JOIN pg_roles member ON member.oid = pg_auth_members.member
  WHERE member.rolname = 'gateway' \gexec
SELECT format('ALTER ROLE %I IN DATABASE %I RESET ALL', rolname, datname) FROM pg_db_role_setting
  JOIN pg_roles ON pg_roles.oid = setrole JOIN pg_database ON pg_database.oid = setdatabase
  WHERE rolname = 'gateway' \gexec
GRANT "shareddb" TO "gateway";
ALTER ROLE "gateway" IN DATABASE "shareddb" SET role = 'shareddb';

SELECT 'CREATE ROLE "analytics-worker"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'analytics-worker') \gexec
ALTER ROLE "analytics-worker" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD 'analytics-worker-secret';
SELECT format('REVOKE %I FROM %I', owner.rolname, member.rolname) FROM pg_auth_members
  JOIN pg_roles owner ON owner.oid = roleid JOIN pg_roles member ON member.oid = pg_auth_members.member
  WHERE member.rolname = 'analytics-worker' \gexec
SELECT format('ALTER ROLE %I IN DATABASE %I RESET ALL', rolname, datname) FROM pg_db_role_setting
  JOIN pg_roles ON pg_roles.oid = setrole JOIN pg_database ON pg_database.oid = setdatabase
  WHERE rolname = 'analytics-worker' \gexec
GRANT "permissionsdb" TO "analytics-worker";
ALTER ROLE "analytics-worker" IN DATABASE "permissionsdb" SET role = 'permissionsdb';
GRANT "statisticsdb" TO "analytics-worker";
ALTER ROLE "analytics-worker" IN DATABASE "statisticsdb" SET role = 'statisticsdb';

SELECT 'CREATE ROLE "analytics-dashboard"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'analytics-dashboard') \gexec
ALTER ROLE "analytics-dashboard" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD 'analytics-dashboard-secret';
SELECT format('REVOKE %I FROM %I', owner.rolname, member.rolname) FROM pg_auth_members
  JOIN pg_roles owner ON owner.oid = roleid JOIN pg_roles member ON member.oid = pg_auth_members.member
  WHERE member.rolname = 'analytics-dashboard' \gexec
SELECT format('ALTER ROLE %I IN DATABASE %I RESET ALL', rolname, datname) FROM pg_db_role_setting
  JOIN pg_roles ON pg_roles.oid = setrole JOIN pg_database ON pg_database.oid = setdatabase
  WHERE rolname = 'analytics-dashboard' \gexec
GRANT "apimgtdb_read" TO "analytics-dashboard";
GRANT "statisticsdb" TO "analytics-dashboard";
ALTER ROLE "analytics-dashboard" IN DATABASE "statisticsdb" SET role = 'statisticsdb';
GRANT "permissionsdb" TO "analytics-dashboard";
ALTER ROLE "analytics-dashboard" IN DATABASE "permissionsdb" SET role = 'permissionsdb';
GRANT "dashboarddb" TO "analytics-dashboard";
ALTER ROLE "analytics-dashboard" IN DATABASE "dashboarddb" SET role = 'dashboarddb';
GRANT "businessrulesdb" TO "analytics-dashboard";
ALTER ROLE "analytics-dashboard" IN DATABASE "businessrulesdb" SET role = 'businessrulesdb';

SELECT 'CREATE ROLE "lab-probe"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'lab-probe') \gexec
ALTER ROLE "lab-probe" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD 'probe-secret';
SELECT format('REVOKE %I FROM %I', owner.rolname, member.rolname) FROM pg_auth_members
  JOIN pg_roles owner ON owner.oid = roleid JOIN pg_roles member ON member.oid = pg_auth_members.member
  WHERE member.rolname = 'lab-probe' \gexec
SELECT format('ALTER ROLE %I IN DATABASE %I RESET ALL', rolname, datname) FROM pg_db_role_setting
  JOIN pg_roles ON pg_roles.oid = setrole JOIN pg_database ON pg_database.oid = setdatabase
  WHERE rolname = 'lab-probe' \gexec
GRANT "apim_lab_read" TO "lab-probe";

SELECT 'CREATE ROLE "lab-admin"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'lab-admin') \gexec
ALTER ROLE "lab-admin" LOGIN SUPERUSER PASSWORD 'admin-secret';
SELECT format('REVOKE %I FROM %I', owner.rolname, member.rolname) FROM pg_auth_members
  JOIN pg_roles owner ON owner.oid = roleid JOIN pg_roles member ON member.oid = pg_auth_members.member
  WHERE member.rolname = 'lab-admin' \gexec
SELECT format('ALTER ROLE %I IN DATABASE %I RESET ALL', rolname, datname) FROM pg_db_role_setting
  JOIN pg_roles ON pg_roles.oid = setrole JOIN pg_database ON pg_database.oid = setdatabase
  WHERE rolname = 'lab-admin' \gexec
