-- Regions and provinces with their slugs, and some that have none yet.
UPDATE regions SET slug = replace(name_fr_key, ' ', '-') WHERE code <> '12';
UPDATE provinces SET slug = CASE code WHEN '01.051' THEN 'al-hoceima' ELSE 'oujda-angad' END WHERE code IN ('01.051', '02.411');
