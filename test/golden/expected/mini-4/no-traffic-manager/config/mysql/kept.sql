-- Rendered by apim-lab from templates/mysql/init.sql.hbs; run by MySQL at every start (--init-file: one statement a line).
CREATE USER IF NOT EXISTS 'control-plane'@'%' IDENTIFIED BY 'control-plane-secret';
ALTER USER 'control-plane'@'%' IDENTIFIED BY 'control-plane-secret';
REVOKE ALL PRIVILEGES, GRANT OPTION FROM 'control-plane'@'%';
GRANT ALL PRIVILEGES ON `apimgtdb`.* TO 'control-plane'@'%';
GRANT ALL PRIVILEGES ON `shareddb`.* TO 'control-plane'@'%';
CREATE USER IF NOT EXISTS 'gateway'@'%' IDENTIFIED BY 'gateway-secret';
ALTER USER 'gateway'@'%' IDENTIFIED BY 'gateway-secret';
REVOKE ALL PRIVILEGES, GRANT OPTION FROM 'gateway'@'%';
GRANT ALL PRIVILEGES ON `shareddb`.* TO 'gateway'@'%';
CREATE USER IF NOT EXISTS 'lab-probe'@'%' IDENTIFIED BY 'probe-secret';
ALTER USER 'lab-probe'@'%' IDENTIFIED BY 'probe-secret';
REVOKE ALL PRIVILEGES, GRANT OPTION FROM 'lab-probe'@'%';
GRANT SELECT ON `apim_lab`.* TO 'lab-probe'@'%';
CREATE USER IF NOT EXISTS 'lab-admin'@'%' IDENTIFIED BY 'admin-secret';
ALTER USER 'lab-admin'@'%' IDENTIFIED BY 'admin-secret';
REVOKE ALL PRIVILEGES, GRANT OPTION FROM 'lab-admin'@'%';
GRANT ALL PRIVILEGES ON *.* TO 'lab-admin'@'%' WITH GRANT OPTION;
-- Root as the first start of the image makes it: databases that were copied, or kept, come without this lab's password.
CREATE USER IF NOT EXISTS 'root'@'%' IDENTIFIED BY 'root-secret';
GRANT ALL PRIVILEGES ON *.* TO 'root'@'%' WITH GRANT OPTION;
ALTER USER 'root'@'%' IDENTIFIED BY 'root-secret';
ALTER USER 'root'@'localhost' IDENTIFIED BY 'root-secret';
