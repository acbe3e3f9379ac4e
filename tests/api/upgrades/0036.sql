-- Imports: one that is over, with a row that was refused.
INSERT INTO imports (id, collection, status, file_name, size, sha256, instructions, author, counts, created_at, updated_at)
    SELECT id, 'associations', 'cancelled', 'registre.csv', 1204, 'ab', '{}', '{}', '{}', created_at, updated_at
    FROM associations ORDER BY id LIMIT 1;
INSERT INTO import_rows (import_id, position, line, outcome, field, code, message)
    SELECT id, 1, 7, 'refused', 'city_code', 'reference', '{"fr": "Cette valeur ne renvoie à rien."}' FROM imports;
