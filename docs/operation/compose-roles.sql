-- The roles and the database of compose.yaml, made by the database's image when it starts
-- for the first time. The passwords are secrets of the composition.
\set owner `cat /run/secrets/owner`
\set web `cat /run/secrets/web`
CREATE ROLE praksis_app NOLOGIN;
CREATE ROLE praksis_owner LOGIN CREATEDB PASSWORD :'owner';
CREATE ROLE praksis_web LOGIN PASSWORD :'web' IN ROLE praksis_app;
GRANT praksis_app TO praksis_owner;
CREATE DATABASE praksis OWNER praksis_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
