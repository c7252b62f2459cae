"""The words by which clients mark an inline forward: separators, labels and prefixes by language, as data.

Facts of the FORWARDING guide (section 7): what a client writes, in the languages it writes it in. Languages are BCP 47
codes; `normal` says how two spellings of the same words are compared.
"""

from __future__ import annotations

import re
import unicodedata


def normal(words: str) -> str:
    """Words without their case, compatibility forms, combining dots and runs of white space."""
    return " ".join(unicodedata.normalize("NFKC", words.casefold()).replace("\u0307", "").split())


def _by_phrase(said: dict[str, str]) -> dict[str, frozenset[str]]:
    """phrase -> languages, of language -> phrases parted by `|`."""
    found: dict[str, set[str]] = {}
    for language, phrases in said.items():
        for phrase in phrases.split("|"):
            found.setdefault(normal(phrase), set()).add(language)
    return {phrase: frozenset(languages) for phrase, languages in found.items()}


DASHED = _by_phrase(
    {
        "cs": "Přeposlaná zpráva",
        "da": "Videresendt meddelelse|Forwarded Message",
        "de": "Weitergeleitete Nachricht",
        "en": "Forwarded Message",
        "es": "Mensaje reenviado",
        "fi": "Edelleenlähetetty viesti|Välitetty viesti / Fwd.Msg|Välitetty viesti",
        "fr": "Message transmis|Message transféré",
        "hr": "Proslijeđena poruka",
        "hu": "Továbbított üzenet",
        "it": "Messaggio inoltrato",
        "ja": "メッセージを転送",
        "nl": "Doorgestuurd bericht",
        "no": "Videresendt melding",
        "pl": "Przekazana wiadomość|Treść przekazanej wiadomości|Wiadomość przesłana dalej",
        "pt": "Mensagem reencaminhada",
        "pt-BR": "Mensagem encaminhada",
        "ro": "Mesaj redirecționat",
        "ru": "Пересылаемое сообщение|Перенаправленное сообщение",
        "sk": "Preposlaná správa",
        "sv": "Vidarebefordrat meddelande",
        "tr": "İletilmiş Mesaj|İletilen İleti",
        "uk": "Перенаправлене повідомлення|Переслане повідомлення",
        "zh-CN": "转发邮件信息|以下是转发邮件信息",
    }
)
"""Between dashes, only above forwards: Gmail (in English everywhere), Yahoo, Thunderbird, HubSpot, Missive, NetEase."""
EVERYWHERE = normal("Forwarded message")
"""Gmail's phrase, which says nothing of the forwarder's language."""
NEUTRAL = _by_phrase({"en": "Original Message|Original", "de": "Ursprüngliche Nachricht", "zh-CN": "原始邮件"})
"""Between dashes, above answers too: classic Outlook (five), IONOS (ten), QQ (eighteen)."""
SPOKEN = _by_phrase(
    {
        "cs": "Začátek přeposílané zprávy",
        "da": "Start på videresendt besked",
        "de": "Anfang der weitergeleiteten Nachricht",
        "en": "Begin forwarded message|Forwarded message",
        "es": "Inicio del mensaje reenviado",
        "fi": "Välitetty viesti alkaa",
        "fr": "Début du message réexpédié|Début du message transféré",
        "hr": "Započni proslijeđenu poruku",
        "hu": "Továbbított levél kezdete",
        "it": "Inizio messaggio inoltrato",
        "nl": "Begin doorgestuurd bericht",
        "no": "Videresendt melding",
        "pl": "Początek przekazywanej wiadomości",
        "pt": "Início da mensagem reencaminhada",
        "pt-BR": "Início da mensagem encaminhada",
        "ro": "Începe mesajul redirecționat",
        "ru": "Начало переадресованного сообщения",
        "sk": "Začiatok preposlanej správy",
        "sv": "Vidarebefordrat mejl",
        "tr": "İleti başlangıcı",
        "uk": "Початок листа, що пересилається",
    }
)
"""Before a colon, on a line of their own: Apple Mail, MailMate."""

_LABELS: dict[str, dict[str, str]] = {
    "from": {
        "en": "From", "cs": "Od", "pl": "Od|Nadawca", "sk": "Od", "da": "Fra", "no": "Fra", "de": "Von",
        "es": "De", "fr": "De", "pt": "De", "pt-BR": "De", "fi": "Lähettäjä", "hr": "Šalje", "hu": "Feladó",
        "it": "Da|Mittente", "nl": "Van", "ro": "Expeditorul|De la", "ru": "Отправитель|От", "sv": "Från",
        "tr": "Kimden|Gönderen", "uk": "Від кого|Від", "et": "Saatja", "ja": "送信元|差出人",
        "zh-CN": "发件人", "zh-TW": "寄件者|寄件人", "ko": "보낸 사람|보낸사람", "el": "Από", "he": "מאת",
    },
    "to": {
        "en": "To", "cs": "Komu", "sk": "Komu|Pre", "da": "Til", "no": "Til", "de": "An", "es": "Para|A",
        "pt": "Para", "pt-BR": "Para", "fi": "Vastaanottaja", "fr": "À|Pour", "hr": "Prima", "hu": "Címzett",
        "it": "A", "nl": "Aan", "pl": "Do|Adresat", "ro": "Destinatarul|Către", "ru": "Кому", "uk": "Кому",
        "sv": "Till", "tr": "Kime", "ja": "送信先|宛先", "zh-CN": "收件人", "zh-TW": "收件者",
        "ko": "받는 사람|받는사람", "el": "Προς", "he": "אל",
    },
    "subject": {
        "en": "Subject", "cs": "Předmět", "da": "Emne", "no": "Emne", "de": "Betreff", "es": "Asunto", "fi": "Aihe",
        "fr": "Objet|Sujet", "hr": "Predmet|Naslov", "sk": "Predmet", "hu": "Tárgy", "it": "Oggetto",
        "nl": "Onderwerp", "pl": "Temat", "pt": "Assunto", "pt-BR": "Assunto", "ro": "Subiectul|Subiect",
        "ru": "Тема", "uk": "Тема", "sv": "Ämne", "tr": "Konu", "ja": "件名", "zh-CN": "主题", "zh-TW": "主旨",
        "ko": "제목", "el": "Θέμα", "he": "נושא",
    },
    "date": {
        "en": "Date|Sent", "fr": "Date|Envoyé", "cs": "Datum|Odesláno", "de": "Datum|Gesendet", "hr": "Datum",
        "nl": "Datum|Verzonden", "sv": "Datum|Skickat", "da": "Dato|Sendt", "no": "Dato|Sendt",
        "es": "Fecha|Enviado", "fi": "Päivämäärä|Päiväys|Lähetetty", "hu": "Dátum|Elküldve", "sk": "Dátum|Odoslané",
        "it": "Data|Inviato", "pl": "Data|Wysłano", "pt": "Data|Enviado", "pt-BR": "Data|Enviado",
        "ro": "Dată|Data|Trimis", "ru": "Дата|Отправлено", "uk": "Дата|Надіслано", "tr": "Tarih|Gönderildi",
        "ja": "日付|送信日時", "zh-CN": "日期|发送时间|发送日期", "zh-TW": "日期|寄件日期",
        "ko": "날짜|보낸 날짜", "el": "Ημερομηνία|Στάλθηκε|Εστάλη", "he": "תאריך|נשלח",
    },
    "cc": {
        "en": "Cc", "da": "Cc", "es": "Cc", "fr": "Cc|Copie à", "hr": "Cc", "it": "Cc", "pt": "Cc", "pt-BR": "Cc",
        "ro": "Cc", "nl": "Cc|Kopie", "hu": "Cc|Másolat|Másolatot kap", "no": "Cc|Kopi", "fi": "Cc|Kopio",
        "tr": "Cc|Bilgi", "uk": "Cc|Копія", "cs": "Kopie", "de": "Cc|Kopie|Kopie (CC)", "pl": "Dw|Kopia",
        "ru": "Копия", "sv": "Kopia", "sk": "Cc|Kópia", "ja": "CC", "zh-CN": "抄送",
        "zh-TW": "副本", "ko": "참조", "el": "Κοιν.|Κοινοποίηση", "he": "עותק",
    },
    "reply_to": {
        "en": "Reply-To", "hr": "Odgovori na", "cs": "Odpověď na", "da": "Svar til", "no": "Svar til",
        "nl": "Antwoord aan", "fi": "Vastaus", "fr": "Répondre à", "de": "Antwort an", "hu": "Válaszcím",
        "it": "Rispondi a", "pl": "Odpowiedź-do", "pt": "Responder a", "pt-BR": "Responder a", "es": "Responder a",
        "ro": "Răspuns către", "ru": "Ответ-Кому", "sk": "Odpovedať-Pre", "sv": "Svara till",
        "tr": "Yanıt Adresi", "uk": "Кому відповісти",
    },
}  # fmt: skip
LABELS: dict[str, tuple[str, frozenset[str]]] = {
    label: (kind, languages) for kind, said in _LABELS.items() for label, languages in _by_phrase(said).items()
}
"""label -> (what it names, languages); no label names two things."""
LONGEST_LABEL = 24
COLONLESS = "Assunto "
"""A label that Yahoo writes without its colon."""


def _glued(kind: str) -> re.Pattern[str]:
    words = {word for said in _LABELS[kind].values() for word in said.split("|")}
    longest_first = "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
    return re.compile(f"(?:{longest_first}) ?[:：]" + (f"|{COLONLESS}" if kind == "subject" else ""))


GLUED = {kind: _glued(kind) for kind in ("from", "to", "cc", "date", "subject")}
"""The labels as Yahoo glues them to what stands before; its Portuguese subject has no colon. In its order."""

FORWARDS = re.compile(
    r"[\s\u200e\u200f]{0,9}(?:\[[^\]]{1,40}\]\s{0,9}){0,3}"
    r"(enc|fwd?|i|i\u0307?lt|pd|redir\.|rv|tr|vb|videresend|vl|vs|weitergeleitet|wg"
    r"|转发|轉寄|轉發|転送|전달|πρθ|הועבר)\s?[:：]",
    re.IGNORECASE,
)
ANSWERS = re.compile(
    r"\s{0,9}(?:\[[^\]]{1,40}\]\s{0,9}){0,3}(?:re|aw|antw|sv|odp|ynt|r|res|rif|回复|回覆|答复"
    r"|返信|답장|회신|απ|σχετ|תגובה|השב)\s?[:：]",
    re.IGNORECASE,
)
ANSWERS_OF = {"vs": "fi"}
"""A prefix of forwards that means an answer in another language: Danish and Finnish `VS:`."""

SENTENCES = (
    ("cs", "dne ", "", "napsal(a)"),
    ("de", "am ", "schrieb", "schrieb"),
    ("en", "on ", "", "wrote"),
    ("es", "el ", "", "escribió"),
    ("fi", "", None, "kirjoitti"),
    ("fr", "le ", "", "a écrit"),
    ("hu", "", "időpontban", "ezt írta"),
    ("it", "il giorno ", "", "ha scritto"),
    ("nl", "op ", "heeft", "geschreven"),
    ("no", "", None, "skrev følgende den"),
    ("pl", "dnia ", "", "napisał"),
    ("pt", "em ", "", "escreveu"),
    ("ru", "", "пользователь", "написал"),
    ("sk", "", "používateľ", "napísal"),
    ("sv", "den ", "skrev", "följande"),
    ("da", "d", "skrev", "skrev"),
    ("tr", "", None, "tarihinde şunu yazdı"),
)
"""(language, first words, word before the name: empty for a time, None where the name comes first; the verb)."""

_MONTHS = {
    "en": "january february march april may june july august september october november december",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre|setiembre octubre noviembre diciembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart|mrt april mei juni juli augustus september oktober november december",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "no": "januar februar mars april mai juni juli august september oktober november desember",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta "
    "marraskuuta joulukuuta",
    "et": "jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember",
    "cs": "ledna|leden února|únor března|březen dubna|duben května|květen června|červen července|červenec srpna|srpen "
    "září října|říjen listopadu|listopad prosince|prosinec",
    "sk": "januára|január februára|február marca|marec apríla|apríl mája|máj júna|jún júla|júl augusta|august "
    "septembra|september októbra|október novembra|november decembra|december",
    "hr": "siječnja|siječanj veljače|veljača ožujka|ožujak travnja|travanj svibnja|svibanj lipnja|lipanj srpnja|srpanj "
    "kolovoza|kolovoz rujna|rujan listopada|listopad studenoga|studenog|studeni prosinca|prosinac",
    "hu": "január február március április május június július augusztus szeptember október november december",
    "pl": "stycznia|styczeń lutego|luty marca|marzec kwietnia|kwiecień maja|maj czerwca|czerwiec lipca|lipiec "
    "sierpnia|sierpień września|wrzesień października|październik listopada|listopad grudnia|grudzień",
    "ro": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "ru": "января|январь февраля|февраль марта|март апреля|апрель мая|май июня|июнь июля|июль августа|август "
    "сентября|сентябрь октября|октябрь ноября|ноябрь декабря|декабрь",
    "uk": "січня|січень лютого|лютий березня|березень квітня|квітень травня|травень червня|червень липня|липень "
    "серпня|серпень вересня|вересень жовтня|жовтень листопада|листопад грудня|грудень",
    "tr": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
}
MONTHS = {
    language: tuple((normal(form), number) for number, forms in enumerate(said.split(), 1) for form in forms.split("|"))
    for language, said in _MONTHS.items()
}
"""language -> (form of a month's name, its number)."""

ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 60, "cet": 60, "cest": 120, "mez": 60, "mesz": 120,
    "eet": 120, "eest": 180, "msk": 180, "est": -300, "edt": -240, "cdt": -300, "mst": -420, "mdt": -360,
    "pst": -480, "pdt": -420,
}  # fmt: skip
"""Names of time zones that mean one thing, in minutes east of Greenwich; BST, CST and IST mean several."""
