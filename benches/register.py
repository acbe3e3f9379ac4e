#!/usr/bin/env python3
"""Associations like those of Morocco, as many as wanted, the same ones for the same seed.

    python3 benches/register.py file --rows 50000 --format csv associations.csv
    python3 benches/register.py fill --rows 300000 var/nasij.sqlite

`file` writes a file to import, as CSV (columns are dotted paths, lists stand between `|`) or as NDJSON (an association a
line, as the API takes it). `fill` writes them straight into a SQLite database that Nasij has migrated, in one transaction,
with all that is derived from them: folded names, the search index, who wrote them; the audit trail alone does not know
them. Each prints how many it wrote, and how long that took. Names are made of words that real associations like, and of
the communes in data/; web sites and addresses are those of example.org. Nothing but Python is needed.
"""

import argparse
import csv
import datetime
import functools
import hashlib
import itertools
import json
import os
import random
import re
import sqlite3
import time
import unicodedata
from typing import NamedTuple

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data")
LANGUAGES = ["ar", "fr", "zgh", "en"]
# In this order a missing name falls back, and names stand in keys.
FALLBACK = ["fr", "ar", "en", "zgh"]
COLUMNS = ["name.ar", "name.fr", "name.zgh", "name.en", "acronym", "object.fr", "city_code", "scope", "status", "founded_on",
           "receipt_status", "receipt_on", "activity_fields", "values", "volunteers", "website", "email", "sources"]
# The day after the last one that anything happens on, and the instant of the first record.
TODAY = datetime.date(2026, 1, 1)
FIRST_RECORD = 1_767_225_600_000_000
BATCH = 5000


class Kind(NamedTuple):
    """A kind of association: how many of a hundred, its fields of activity, what it is called and what it is for."""

    share: int
    fields: list
    french: list
    arabic: list
    english: str
    object: str


KINDS = [
    Kind(14, ["1"], ["Club sportif {word}", "Association {word} de football", "{word} Athletic Club",
                     "Association {word} d'arts martiaux"],
         ["نادي {word} الرياضي", "جمعية {word} لكرة القدم", "نادي {word} لألعاب القوى", "جمعية {word} لفنون الحرب"],
         "Sports", "Encourager la pratique du sport chez les jeunes."),
    Kind(11, ["1"], ["Association {word} pour la culture et les arts", "Troupe {word} de théâtre",
                     "Association {word} du patrimoine", "Festival {word}"],
         ["جمعية {word} للثقافة والفنون", "فرقة {word} للمسرح", "جمعية {word} للتراث", "جمعية مهرجان {word}"],
         "Arts and Culture", "Faire vivre les arts et le patrimoine."),
    Kind(18, ["6"], ["Association {word} pour le développement", "Association {word} de développement et de coopération",
                     "Association du douar {douar} pour le développement", "Association douar {douar} pour l'eau potable"],
         ["جمعية {word} للتنمية", "جمعية {word} للتنمية والتعاون", "جمعية دوار {douar} للتنمية",
          "جمعية دوار {douar} للماء الصالح للشرب"],
         "Local Development", "Améliorer les conditions de vie : eau potable, pistes, électricité."),
    Kind(9, ["2"], ["Association des parents d'élèves de l'école {school}",
                    "Association des parents d'élèves du lycée {school}", "Association de soutien du collège {school}"],
         ["جمعية آباء وأولياء تلاميذ مدرسة {school}", "جمعية آباء وأولياء تلاميذ ثانوية {school}",
          "جمعية دعم إعدادية {school}"],
         "the Parents of Pupils", "Rapprocher les familles de l'école et soutenir les élèves."),
    Kind(7, ["2", "8"], ["Association {word} pour l'alphabétisation", "Association {word} du préscolaire"],
         ["جمعية {word} لمحاربة الأمية", "جمعية {word} للتعليم الأولي"],
         "Literacy", "Alphabétiser les adultes et ouvrir des classes du préscolaire."),
    Kind(8, ["5"], ["Association {word} pour l'environnement", "Association des amis de la nature {word}",
                    "Association {word} des oasis et de l'eau"],
         ["جمعية {word} للبيئة", "جمعية {word} لأصدقاء الطبيعة", "جمعية {word} للواحات والماء"],
         "the Environment", "Protéger la nature et sensibiliser au tri des déchets."),
    Kind(8, ["4", "7"], ["Association {word} des femmes", "Association {word} pour la femme et l'enfant",
                         "Association {word} de la femme rurale"],
         ["جمعية {word} النسائية", "جمعية {word} للمرأة والطفل", "جمعية {word} للمرأة القروية"],
         "Women", "Accompagner les femmes vers leurs droits et vers un revenu."),
    Kind(7, ["1", "2"], ["Association {word} de la jeunesse", "Association {word} de l'enfance et des colonies de vacances",
                         "Forum {word} des jeunes"],
         ["جمعية {word} للشباب", "جمعية {word} للطفولة والتخييم", "منتدى {word} للشباب"],
         "Youth", "Ouvrir aux jeunes des espaces d'initiative et de loisirs."),
    Kind(6, ["4"], ["Association {word} des personnes en situation de handicap", "Association {word} de bienfaisance",
                    "Association {word} pour les orphelins"],
         ["جمعية {word} للأشخاص في وضعية إعاقة", "الجمعية الخيرية {word}", "جمعية {word} لرعاية الأيتام"],
         "Solidarity", "Venir en aide aux personnes vulnérables."),
    Kind(4, ["3"], ["Association {word} des malades du rein", "Association {word} de lutte contre le diabète",
                    "Association {word} des donneurs de sang"],
         ["جمعية {word} لمرضى القصور الكلوي", "جمعية {word} لمرضى السكري", "جمعية {word} للمتبرعين بالدم"],
         "Health", "Informer, dépister et accompagner les malades."),
    Kind(4, ["11"], ["Association {word} des commerçants", "Association professionnelle {word} des artisans"],
         ["جمعية {word} للتجار", "الجمعية المهنية {word} للحرفيين"],
         "Craftspeople", "Défendre le métier et former les apprentis."),
    Kind(3, ["7"], ["Centre {word} pour les droits humains", "Observatoire {word} de la citoyenneté"],
         ["مركز {word} لحقوق الإنسان", "مرصد {word} للمواطنة"],
         "Human Rights", "Faire connaître les droits et plaider pour eux."),
    Kind(1, ["9"], ["Association {word} des Marocains du monde"], ["جمعية {word} لمغاربة العالم"],
         "Moroccans Abroad", "Relier les Marocains du monde à leur région d'origine."),
]

WORDS = [
    ("Al Amal", "الأمل"), ("Annour", "النور"), ("Al Wafaa", "الوفاء"), ("Chourouk", "الشروق"), ("Al Massira", "المسيرة"),
    ("Annahda", "النهضة"), ("Al Ittihad", "الاتحاد"), ("Al Wahda", "الوحدة"), ("Ennajah", "النجاح"), ("Al Baraka", "البركة"),
    ("Attadamoun", "التضامن"), ("Attaaoun", "التعاون"), ("Al Karama", "الكرامة"), ("Assalam", "السلام"),
    ("Al Moustaqbal", "المستقبل"), ("Al Fath", "الفتح"), ("Al Khair", "الخير"), ("Rahma", "الرحمة"), ("Ibdaa", "إبداع"),
    ("Afaq", "آفاق"), ("Basma", "بسمة"), ("Zahra", "زهرة"), ("Yasmine", "الياسمين"), ("Al Manar", "المنار"),
    ("Al Fajr", "الفجر"), ("Al Hilal", "الهلال"), ("Annajm", "النجم"), ("Al Ofok", "الأفق"), ("Al Intilaka", "الانطلاقة"),
    ("Ajyal", "أجيال"), ("Jossour", "جسور"), ("Al Moubadara", "المبادرة"), ("Essaada", "السعادة"), ("Rihab", "رحاب"),
    ("Al Hikma", "الحكمة"), ("Al Andalous", "الأندلس"), ("Al Qods", "القدس"), ("Raja", "الرجاء"), ("Al Mostakbal", "مستقبل"),
    ("Sanabil", "سنابل"), ("Nakhil", "النخيل"), ("Arganier", "الأركان"), ("Atlas", "الأطلس"), ("Essahil", "الساحل"),
]
AMAZIGH_WORDS = [
    ("Tafoukt", "تافوكت", "ⵜⴰⴼⵓⴽⵜ"), ("Tawada", "تاودا", "ⵜⴰⵡⴰⴷⴰ"), ("Tiwizi", "تيويزي", "ⵜⵉⵡⵉⵣⵉ"),
    ("Izouran", "إزوران", "ⵉⵥⵓⵕⴰⵏ"), ("Amanar", "أمنار", "ⴰⵎⴰⵏⴰⵔ"), ("Itran", "إتران", "ⵉⵜⵔⴰⵏ"),
    ("Tamaynut", "تماينوت", "ⵜⴰⵎⴰⵢⵏⵓⵜ"), ("Agdal", "أكدال", "ⴰⴳⴷⴰⵍ"), ("Tilelli", "تيللي", "ⵜⵉⵍⴻⵍⵍⵉ"),
    ("Azetta", "أزطا", "ⴰⵥⵟⵟⴰ"),
]
DOUARS = [
    ("Aït Ali", "آيت علي"), ("Oulad Brahim", "أولاد ابراهيم"), ("Aït Ouzzine", "آيت أوزين"), ("Tizi", "تيزي"),
    ("Oulad Sidi Aïssa", "أولاد سيدي عيسى"), ("Tamazirt", "تمازيرت"), ("Ighrem", "إغرم"), ("Beni Hassan", "بني حسان"),
    ("Aït Bouguemez", "آيت بوكماز"), ("Laarab", "العرب"), ("Oulad M'barek", "أولاد مبارك"), ("Zaouia", "الزاوية"),
    ("Ksar Lakbir", "القصر الكبير"), ("Aït Hammou", "آيت حمو"), ("Oulad Yahya", "أولاد يحيى"),
    ("Dar Chaoui", "دار الشاوي"), ("Aïn Zohra", "عين الزهرة"),
    ("Boutaghrar", "بوتغرار"), ("Tagadirt", "تكاديرت"), ("Oulad Taïma", "أولاد تايمة"),
]
SCHOOLS = [
    ("Ibn Sina", "ابن سينا"), ("Al Massira Al Khadra", "المسيرة الخضراء"), ("Ibn Khaldoun", "ابن خلدون"),
    ("Allal El Fassi", "علال الفاسي"), ("Al Idrissi", "الإدريسي"), ("Ibn Battouta", "ابن بطوطة"),
    ("Fatima Zahra", "فاطمة الزهراء"), ("Oqba Ibn Nafi", "عقبة بن نافع"), ("Tarik Ibn Ziad", "طارق بن زياد"),
    ("Mohammed V", "محمد الخامس"), ("Moulay Ismaïl", "مولاي إسماعيل"), ("Al Khawarizmi", "الخوارزمي"), ("Ibn Rochd", "ابن رشد"),
    ("Al Farabi", "الفارابي"), ("Lalla Aïcha", "للا عائشة"), ("11 Janvier", "11 يناير"),
]
QUARTERS = [
    ("Hay Essalam", "حي السلام"), ("Hay Mohammadi", "الحي المحمدي"), ("Hay Al Qods", "حي القدس"),
    ("Hay Hassani", "الحي الحسني"), ("Hay Ennahda", "حي النهضة"), ("Hay Al Wahda", "حي الوحدة"),
    ("la médina", "المدينة القديمة"), ("Sidi Moumen", "سيدي مومن"), ("Hay Al Fath", "حي الفتح"), ("Bab Doukkala", "باب دكالة"),
    ("Hay Al Massira", "حي المسيرة"), ("Sidi Othmane", "سيدي عثمان"), ("Aïn Chock", "عين الشق"),
    ("Hay Riad", "حي الرياض"), ("Derb Soltane", "درب السلطان"), ("Hay Al Farah", "حي الفرح"),
    ("Lissasfa", "ليساسفة"), ("Aïn Sebaâ", "عين السبع"), ("Hay Inara", "حي إنارة"), ("Bourgogne", "بوركون"),
    ("Hay Ouled Oujih", "حي أولاد أوجيه"), ("Kasbah", "القصبة"), ("Mellah", "الملاح"), ("Hay Zitoune", "حي الزيتون"),
    ("Hay Tarik", "حي طارق"), ("Hay Al Boustane", "حي البستان"), ("Hay Ifriquia", "حي إفريقيا"),
    ("Douar Laaskar", "دوار العسكر"),
]


def communes():
    with open(os.path.join(DATA, "communes.csv"), encoding="utf-8") as file:
        return list(csv.DictReader(file))


def one_of(chance, shares):
    """A word of a table `{word: share of a hundred}`; none for the rest."""
    point = chance.random() * 100
    for word, share in shares.items():
        point -= share
        if point < 0:
            return word
    return None


def of(place):
    """`d'Agadir`, `de Fès`."""
    return ("d'" if fold(place)[0] in "aeiou" else "de ") + place


def names(chance, kind, commune):
    """The names of an association, by language."""
    is_rural = bool(commune) and commune["kind"] == "rural"
    way = chance.choice([way for way, name in enumerate(kind.french) if is_rural or "{douar}" not in name])
    word = chance.choice(AMAZIGH_WORDS if chance.random() < 0.12 else WORDS)
    filled = [{"word": word[side], "douar": douar, "school": school} for side, douar, school in
              zip((0, 1), chance.choice(DOUARS), chance.choice(SCHOOLS))]
    french, arabic = kind.french[way].format(**filled[0]), kind.arabic[way].format(**filled[1])
    if commune:
        if int(commune["population_2024"] or 0) > 60_000 and chance.random() < 0.9:
            quarter = chance.choice(QUARTERS)
            french, arabic = f"{french} {quarter[0]}", f"{arabic} {quarter[1]}"
        french, arabic = f"{french} {of(commune['name_fr'])}", f"{arabic} ب{commune['name_ar']}"
    known = one_of(chance, {"ar fr": 74, "ar": 19, "fr": 7}).split()
    found = {"ar": arabic, "fr": french, "zgh": None, "en": None}
    found = {language: name for language, name in found.items() if language in known}
    is_called = "{word}" in kind.french[way]
    if is_called and len(word) == 3 and chance.random() < 0.6:
        found["zgh"] = f"ⵜⴰⵎⵙⵎⵓⵏⵜ ⵏ {word[2]}"
    if is_called and chance.random() < 0.02:
        found["en"] = f"{word[0]} Association for {kind.english}"
    return found


def acronym(name):
    """The initials of a name's words, without the small ones."""
    words = re.findall(r"\w{2,}", re.sub(r"\b[dl]'", "", name))
    initials = [word[0] for word in words if word not in ("de", "du", "des", "la", "les", "et", "en", "pour", "contre")]
    return unaccented("".join(initials)).upper()


def unaccented(text):
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def day_of_foundation(chance):
    """A day since 1958; most are of the last years."""
    return TODAY - datetime.timedelta(days=1 + int((TODAY - datetime.date(1958, 11, 15)).days * chance.random() ** 2.5))


def associations(rows, seed=1):
    """So many associations, as the API takes them; no two have the same names and seat."""
    chance, all_communes = random.Random(seed), communes()
    weights = list(itertools.accumulate(int(commune["population_2024"] or 0) for commune in all_communes))
    kind_weights = list(itertools.accumulate(kind.share for kind in KINDS))
    taken = {}
    for number in range(rows):
        kind = chance.choices(KINDS, cum_weights=kind_weights)[0]
        commune = chance.choices(all_communes, cum_weights=weights)[0] if chance.random() < 0.98 else None
        name = names(chance, kind, commune)
        key = identity_key(name, commune and commune["code"])
        taken[key] = taken.get(key, 0) + 1
        if taken[key] > 1:
            name = {language: f"{text} {taken[key]}" for language, text in name.items()}
        made = {"name": name}
        if "fr" in name and chance.random() < 0.2:
            made["acronym"] = acronym(name["fr"])
        if chance.random() < 0.4:
            made["object"] = {"fr": kind.object}
        if commune:
            made["city_code"] = commune["code"]
        made["scope"] = one_of(chance, {"local": 76, "regional": 8, "national": 5, "abroad": 0.3})
        made["status"] = one_of(chance, {"active": 68, "dormant": 12, "dissolved": 4})
        founded = day_of_foundation(chance) if chance.random() < 0.7 else None
        made["founded_on"] = founded and founded.isoformat()
        made["receipt_status"] = one_of(chance, {"final": 50, "provisional": 20, "none": 8})
        if founded and made["receipt_status"] in ("final", "provisional"):
            day = founded + datetime.timedelta(days=chance.randint(3, 120))
            made["receipt_on"] = min(day, TODAY - datetime.timedelta(days=1)).isoformat()
        fields = kind.fields[:1] if chance.random() < 0.6 else kind.fields + chance.sample(["2", "4", "6", "8", "12"], 1)
        made["activity_fields"] = sorted(set(fields), key=int) if chance.random() < 0.9 else []
        values = ["citizenship", "coexistence", "development", "dialogue"]
        made["values"] = sorted(chance.sample(values, chance.randint(0, 3)))
        if chance.random() < 0.5:
            made["volunteers"] = int(chance.lognormvariate(3, 0.9))
        if chance.random() < 0.06:
            made["website"] = f"https://association-{number}.example.org"
        if chance.random() < 0.08:
            made["email"] = f"contact@association-{number}.example.org"
        if chance.random() < 0.3:
            made["sources"] = [f"https://example.org/declarations/{1 + number % 12}/{number}"]
        yield {field: value for field, value in made.items() if value is not None}


class Folding(dict):
    """What becomes of a letter in a folded text, as in src/search/folding.rs; found out when it is met first."""

    LETTERS = (dict.fromkeys("أإآٱٲٳ", "ا") | dict.fromkeys("ىی", "ي") | dict.fromkeys("ةۃہھە", "ه")
               | dict.fromkeys("کڪڭگݣ", "ك") | {"œ": "oe", "æ": "ae", "ß": "ss", "ı": "i"})
    DROPPED = set("'`´‘’‛‚ʻʼʹʾʿ′‵＇ـ")

    def __missing__(self, code):
        letter = chr(code)
        if letter in self.DROPPED or unicodedata.category(letter) in ("Mn", "Mc", "Me", "Cf"):
            self[code] = ""
        else:
            self[code] = "".join(self.folded(lower) for lower in letter.lower())
        return self[code]

    def folded(self, letter):
        if letter in self.LETTERS:
            return self.LETTERS[letter]
        if letter.isdecimal():
            return str(unicodedata.decimal(letter))
        return letter if letter.isalnum() else " "


FOLDING = Folding()


@functools.lru_cache(maxsize=1000)
def fold(text):
    """The spelling under which a text is searched and sorted."""
    text = text.replace("´", "")
    return " ".join(unicodedata.normalize("NFKD", text).translate(FOLDING).split())


def identity_key(name, city_code):
    """What makes two entries the same association."""
    folded = [f"{language}:{fold(name[language])}" for language in FALLBACK if language in name]
    return hashlib.sha256(f"{'|'.join(folded)}@{city_code or ''}".encode()).digest()[:16]


def sort_key(name, language):
    return next(fold(name[known]) for known in [language, *FALLBACK] if known in name)


def search_text(name, more):
    french, arabic = sort_key(name, "fr"), sort_key(name, "ar")
    folded = [fold(text) for text in [name[language] for language in FALLBACK if language in name] + more]
    keys = [french] if arabic == french else [french, arabic]
    return "|" + "".join(f" {text} |" for text in keys + [text for text in folded if text and text not in keys])


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def text_of(name):
    """A text in languages, as it is stored."""
    return compact({language: name[language] for language in LANGUAGES if language in name})


def identifier(chance, microseconds):
    """The bytes of a UUIDv7 of this instant."""
    milliseconds, end = microseconds // 1000, chance.getrandbits(74)
    return bytes.fromhex(f"{milliseconds:012x}7{end & 0xfff:03x}{0x8000 | end >> 12 & 0x3fff:04x}{end >> 26:012x}")


def row(association, identity, provinces, at):
    """The row of table `associations`, by column."""
    name, founded = association["name"], association.get("founded_on")
    city = association.get("city_code")
    plain = ["acronym", "city_code", "scope", "status", "founded_on", "receipt_status", "receipt_on", "volunteers", "website",
             "email"]
    return {
        "id": identity, "name": text_of(name),
        "search_text": search_text(name, [association["acronym"]] if "acronym" in association else []),
        "ar_key_apart": sort_key(name, "ar") != sort_key(name, "fr"),
        "identity_key": identity_key(name, city), "province_code": provinces.get(city),
        "object": text_of(association["object"]) if "object" in association else None,
        "founded_year": founded and int(founded[:4]), "attestations": "{}", "links": "[]",
        "sources": compact(association.get("sources", [])), "version": 1, "created_at": at, "updated_at": at,
    } | {column: association.get(column) for column in plain}


def put_indexes_aside(database):
    """Drops the indexes and triggers of the register, which make it slow to fill. Returns what makes them again, and does
    what they would have done."""
    tables = "('associations', 'association_activity_fields', 'association_values')"
    kept = database.execute(f"SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger')"
                            f" AND sql IS NOT NULL AND tbl_name IN {tables}").fetchall()
    for kind, name, _ in kept:
        database.execute(f"DROP {kind} {name}")
    return [sql for _, _, sql in kept] + ["INSERT INTO associations_search (associations_search) VALUES ('rebuild')"]


def fill(path, rows, seed=1):
    """Writes so many associations into a migrated database. Returns how many it has then."""
    chance = random.Random(f"identifiers {seed}")
    database = sqlite3.connect(path, timeout=60, isolation_level=None)
    for pragma in ["foreign_keys = ON", "cache_size = -200000"]:
        database.execute(f"PRAGMA {pragma}")
    database.execute("BEGIN IMMEDIATE")
    put_aside = put_indexes_aside(database)
    provinces = dict(database.execute("SELECT code, province_code FROM cities"))
    made, at = associations(rows, seed), FIRST_RECORD
    while batch := list(itertools.islice(made, BATCH)):
        records, fields, values, facts = [], [], [], []
        for association in batch:
            at += chance.randint(1_000, 60_000_000)
            identity = identifier(chance, at)
            records.append(row(association, identity, provinces, at))
            fields += [(identity, field) for field in association["activity_fields"]]
            values += [(identity, value) for value in association["values"]]
            facts.append((identity, at))
        columns = ", ".join(records[0])
        database.executemany(f"INSERT INTO associations ({columns}) VALUES ({', '.join(':' + name for name in records[0])})",
                             records)
        database.executemany("INSERT INTO association_activity_fields (association_id, field_code) VALUES (?, ?)", fields)
        database.executemany("INSERT INTO association_values (association_id, value) VALUES (?, ?)", values)
        database.executemany("INSERT INTO association_facts (association_id, fact, written_at, written_by, source)"
                             " VALUES (?, 'entry', ?, 'source', 'benches')", facts)
    for statement in put_aside:
        database.execute(statement)
    database.execute("COMMIT")
    count = database.execute("SELECT count(*) FROM associations WHERE deleted_at IS NULL").fetchone()[0]
    database.close()
    return count


def at_path(association, column):
    """What stands at a dotted path, as the text of a cell."""
    value = association
    for step in column.split("."):
        value = value.get(step, {}) if isinstance(value, dict) else {}
    if isinstance(value, list):
        return "|".join(value)
    return "" if value == {} else value


def write(path, rows, form, seed=1):
    """Writes a file to import."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        if form == "ndjson":
            file.writelines(compact(association) + "\n" for association in associations(rows, seed))
        else:
            table = csv.writer(file)
            table.writerow(COLUMNS)
            table.writerows([at_path(made, column) for column in COLUMNS] for made in associations(rows, seed))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, place in [("file", "OUT"), ("fill", "DATABASE")]:
        command = commands.add_parser(name)
        command.add_argument("place", metavar=place)
        command.add_argument("--rows", type=int, default=300_000)
        command.add_argument("--seed", type=int, default=1)
    commands.choices["file"].add_argument("--format", choices=["csv", "ndjson"], default="csv")
    wanted = parser.parse_args()
    began = time.monotonic()
    if wanted.command == "file":
        write(wanted.place, wanted.rows, wanted.format, wanted.seed)
        print(f"{wanted.rows:,} associations, {os.path.getsize(wanted.place) / 1e6:.1f} MB", end="")
    else:
        count = fill(wanted.place, wanted.rows, wanted.seed)
        print(f"{wanted.rows:,} associations; the register has {count:,} now", end="")
    print(f"; {time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    main()
