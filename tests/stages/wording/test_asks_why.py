"""Whether somebody asks the owner why they wanted to connect, in seven languages."""

from __future__ import annotations

import pytest

from stages.wording.asks_why import asks_why

ASKING = [
    "Hi Amy, thanks for the invitation. Why did you want to connect?",
    "do we know each other?",
    "Do I know you",
    "Hello! What made you reach out to me?",
    "Just curious what made you want to connect.",
    "Have we met? I am bad with faces.",
    "Thanks for connecting! How can I help?",
    "What brings you to my profile?",
    "Kennen wir uns?",
    "Darf ich fragen, warum Sie mich anfragen? Wie sind Sie auf mich gekommen?",
    "Warum wollten Sie sich vernetzen?",
    "Bonjour, est-ce que nous nous connaissons ?",
    "Merci. Pourquoi souhaitez-vous entrer en contact ?",
    "Qu'est-ce qui vous amène ?",
    "Kennen wij elkaar?",
    "Waarom wilde je contact met mij?",
    "Hola, ¿nos conocemos?",
    "¿Por qué querías conectar conmigo?",
    "¿Qué te llevó a escribirme?",
    "Olá! Nos conhecemos?",
    "Por que você quis se conectar?",
    "O que te levou a me convidar?",
    "Ci conosciamo?",
    "Perché hai voluto collegarti con me?",
    "Cosa ti ha spinto a scrivermi?",
]
SILENT = [
    "You asked why I wanted to connect: your article on lockers.",
    "I saw why you wanted to connect three depots, a fine idea.",
    "I understand why you wanted to connect the two depots.",
    "Do we know each other? No, but I read your article on lockers.",
    "What made me reach out is your article.",
    "How can I help you double your sales by May, you may ask. With our tool.",
    "I have met your colleague Ben at the expo.",
    "Thanks for the invitation, happy to be here.",
    "Why do parcels get lost in May?",
    "Sie haben gefragt, warum ich mich vernetzen möchte: Ihr Artikel.",
    "Wir kennen uns von der Messe.",
    "Vous m'avez demandé pourquoi je vous écris : votre article.",
    "We kennen elkaar van de beurs.",
    "Ya nos hemos visto en la feria.",
    "Já trabalhei com o seu irmão.",
    "Ci siamo visti alla fiera.",
    "",
]


@pytest.mark.parametrize("text", ASKING)
def test_a_question_why_is_heard(text: str) -> None:
    assert asks_why(text)


@pytest.mark.parametrize("text", SILENT)
def test_what_only_sounds_like_it_is_not(text: str) -> None:
    assert not asks_why(text)
