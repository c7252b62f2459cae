"""An automatic reply is told from an answer by its wording, in seven languages."""

from __future__ import annotations

import pytest

from stages.wording.automatic import is_automatic

AUTOMATIC = [
    "I am out of the office until 24 August with limited access to email. In urgent cases please call Ben Ford.",
    "Thanks for your message! I'm on vacation and will get back to you when I return.",
    "Hi there, I'm currently away and won't be reading messages here. I will reply as soon as I can.",
    "Automatic reply: your mail has reached us. Our opening hours are nine to five on working days, and on Saturdays "
    "until noon, except in the week after Easter, when the shop is closed and nobody is here to read.",
    "I will get back to you next week.",
    "Thank you for reaching out. I am on parental leave until March. Please contact my colleague Ines for orders.",
    "Ich bin bis zum 12. Mai im Urlaub und melde mich danach bei Ihnen. In dringenden Fällen hilft Frau Lang.",
    "Vielen Dank für Ihre Nachricht. Ich bin derzeit nicht im Büro und werde Ihre Nachricht danach lesen.",
    "Bonjour, je suis actuellement en congés jusqu'au 3 juin. Je vous répondrai dès mon retour. Cordialement, Luc",
    "Réponse automatique : je suis absente du bureau.",
    "Ik ben momenteel afwezig en reageer zodra ik terug ben. Bij spoed kunt u mijn collega bellen.",
    "Bedankt voor uw bericht. Ik ben met vakantie tot 5 augustus.",
    "Gracias por su mensaje. Estoy de vacaciones hasta el lunes y le responderé a mi regreso.",
    "En este momento no estoy disponible. Me pondré en contacto lo antes posible.",
    "Obrigado pela sua mensagem. Estou de férias e responderei quando voltar.",
    "Estou ausente até dia 10. Com urgência, contacte a Rita.",
    "Grazie per il messaggio. Sono in ferie fino al 20 agosto e le risponderò al mio rientro.",
    "Risposta automatica: sono fuori ufficio.",
]
ANSWERS = [
    "I was on vacation, sorry for the late reply; I wanted to ask about your article on lockers.",
    "Just back from two weeks of holiday. Your talk on lockers is why I wrote.",
    "I'm on vacation in Norway, so only short: your article on lockers made me curious.",
    "I am on holiday this week. Our depots in Kiel have the same trouble with narrow streets as those in Fernhill, and "
    "the neighbours there agreed to a second row at last. Who paid for the lighting?",
    "I work in an office with limited light. May I ask how you chose the lamps?",
    "I read that you are away until May. Could we talk in June about the lockers?",
    "We will meet at the expo, I hope. Which hall are you in?",
    "Ich war im Urlaub, entschuldigen Sie die späte Antwort. Ihr Vortrag über Paketschränke hat mich gefreut.",
    "Ich bin im Urlaub, aber kurz: Ihr Artikel über Paketschränke beschäftigt mich.",
    "J'étais en vacances, désolé. Votre article sur les consignes m'a beaucoup servi.",
    "Ik was op vakantie, vandaar. Uw artikel over pakketkluizen hielp ons erg.",
    "Estuve de vacaciones, perdone. Su artículo sobre taquillas me ayudó mucho.",
    "Estive de férias, desculpe. O seu artigo sobre cacifos ajudou-nos muito.",
    "Ero in ferie, mi scusi. Il suo articolo sugli armadietti mi ha aiutato molto.",
    "",
]


@pytest.mark.parametrize("text", AUTOMATIC)
def test_an_automatic_reply_is_known_by_its_wording(text: str) -> None:
    assert is_automatic(text)


@pytest.mark.parametrize("text", ANSWERS)
def test_somebody_who_was_away_or_says_why_has_answered(text: str) -> None:
    assert not is_automatic(text)
