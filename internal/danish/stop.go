package danish

import (
	"maps"
	"slices"
	"strings"
)

// IsStop tells whether a term is a function word, which ranks but is not
// looked for. Words that turn a sense round ("ikke", "uden") are none.
func IsStop(term string) bool { return stopWords[term] }

// StopWords are the function words, folded, in alphabetical order.
func StopWords() []string { return slices.Sorted(maps.Keys(stopWords)) }

var stopWords = wordSet(`
	af alle alt altid and andet andre at bare begge blandt blev blive bliver da de dem den denne der deres derfor det dette
	dig din dine disse dit dog du efter eller en end er et ens faa faar fik folk for fordi fra foer gennem
	gjorde goer goere ham han hans har hvad hvem hver hvis hvilke hvilken hvilket hvor hvordan hvorfor hvornaar
	havde have hende hendes her hos i igen ind indtil ja jeg jer jeres jo kan komme kommer kunne lige man mange med meget mellem
	men mennesker mere mest mig min mine mit mod maa naar nej nogen noget nogle nok nu ned og ogsaa om omkring op os over
	paa saa saadan samt selv sig sin sine sit skal skulle som saaledes til ud under
	hellere ske sker skete findes find finde giver give gav givet tage tager tog taget lave laver lavede lavet
	proevet gjort soeger laere bruge erfaring erfaringer erfaringerne eksempel eksempler sige siger sagde egentlig helt faktisk stadig lidt rigtig synes maaske
	var ved vi via vil ville vor vores vaere vaeret vaerer
	bl a f eks fx mv mm m dvs evt ift jf pga ca n`)

// "folk" and "mennesker" say no more than "dem" where all is about people.
// "and" is the middle of "walk and talk" far more often than a duck; "n" is
// that of "walk'n'talk".

func wordSet(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}
