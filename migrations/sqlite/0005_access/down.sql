DROP TABLE account_secrets;
DROP TABLE accounts;
