package web

import "strings"

// AboutBalance stands in the text of the page about the catalogue, on a line of its own,
// where the page shows who says what.
const AboutBalance = "{fordeling}"

// AboutText is the program's own text of the page about the catalogue, in Markdown.
// Editors may write another one.
const AboutText = `Da covid-19 lukkede landet ned i marts 2020, fandt kommuner, regioner og organisationer nye måder at hjælpe på. Her kan du se, hvad de gjorde, og hvad de lærte.

## Hvem er kataloget til?

- Sagsbehandlere, bostøtter og ansatte på botilbud, der leder efter idéer til en bestemt målgruppe.
- Ledere, der forbereder et møde og vil vide, hvad andre har erfaret.
- Redaktører, der samler og tjekker eksempler.

## Hvad er et eksempel?

Et eksempel er noget, som én bestemt aktør gjorde. Det er ikke en anbefaling, og det er ikke bevist, at det virker hos andre.

Det samme greb kan hjælpe nogle og gøre det sværere for andre. Svaret kan også afhænge af, hvem man spørger. Derfor har hvert eksempel **erfaringer**. En erfaring siger:

- hvem det gjaldt for, og hvordan man mødtes
- om effekten var god, blandet, dårlig, eller om der ingen effekt var
- hvem der siger det: borgere, pårørende, medarbejdere, ledere, tilbuddet selv, en myndighed eller organisation, en undersøgelse eller en journalist
- hvad der skulle til, for at den gjaldt.

{fordeling}

## Hvad betyder »ikke oplyst«?

Det betyder, at kilden ikke siger noget om det. Vi gætter ikke. Står der »effekt ikke oplyst«, kan grebet have virket godt eller dårligt. Vi ved det bare ikke.

»Kan måske bruges til« er noget andet. Det er en formodning i kilden, og den tæller ikke som en erfaring.

## Hvordan virker filtrene?

- Vælger du flere værdier i samme filter, finder du eksempler med mindst én af dem. Vælger du i flere filtre, skal alle passe.
- Vælger du en effekt, eller hvem der siger det, skal det passe i én og samme erfaring. »Angst« og »god effekt« finder derfor kun det, der var godt for mennesker med angst.
- Tallet ved en værdi er det antal, du får, hvis du vælger netop den.

## Er eksemplerne gamle?

De er fra 2020 og 2021. Restriktionerne på det sociale område blev ophævet i juni 2020. Redaktionen vurderer, om et eksempel [kan bruges nu](/eksempler?brug=nu), [kun gav mening under restriktionerne](/eksempler?brug=kun-under-restriktioner) eller [fortæller, hvad der skete](/eksempler?brug=fortaelling). Hvert eksempel siger, hvad det er, eller at det ikke er vurderet endnu.

## Må jeg bruge teksterne?

Ja. Teksterne må bruges under licensen [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/deed.da), når du skriver, hvor de kommer fra. Under hver liste kan du hente den som Excel, CSV eller JSON, og [andre programmer kan læse dem](/api).`

// AboutParts are the text before and behind where the page shows who says what; behind
// is empty where the text does not say where.
func AboutParts(text string) (before, behind string) {
	before, behind, _ = strings.Cut(text, "\n"+AboutBalance)
	return before, behind
}
