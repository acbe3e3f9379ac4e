-- Copies of sheets as the other jurors read them.
INSERT INTO shared_sheets (id, nomination_id, scores, comment)
    WITH numbered AS (SELECT row_number() OVER (ORDER BY id) AS n, evaluations.* FROM evaluations WHERE status = 'submitted')
    SELECT uuid(format('018f0000-0181-7000-8000-%s', 100000000000 + n)), nomination_id, scores, comment FROM numbered WHERE n % 2 = 0;
