package review

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// What is a CPR number and what is not, as people write it: 2 of those that are
// surely one, 1 of those that may be declared to be something else.
var writtenNumbers = []struct {
	text string
	want string // a digit for each place that is found
}{
	// in every form
	{"010190-1234", "2"}, {"010190 1234", "2"}, {"010190.1234", "2"}, {"010190/1234", "2"}, {"010190\n1234", "2"}, {"010190-\n1234", "2"}, {"010190 -\r\n1234", "2"},
	{"01.01.90-1234", "2"}, {"01.01.90.1234", "2"}, {"01 01 90 1234", "2"}, {"01-01-90-1234", "2"}, {"01/01/90-1234", "2"}, {"01/01-90 1234", "2"}, {"01. 01. 90 - 1234", "2"},
	{"0101 90 1234", "2"}, {"01 0190-1234", "2"}, {"01\n01\n90\n1234", "2"},
	{"010190-12 34", "2"}, {"010190 12-34", "2"}, {"010190-1 2 3 4", "2"}, {"010190-12\n34", "2"}, {"01 01 90 12 34", "2"}, {"01.01.90-12.34", "2"}, {"01-01-90-12-34", "2"},
	{"610190-1234 (et erstatningsnummer)", "2"}, {"910190/1234", "2"}, {"290200-0000 uden modulus 11", "2"}, {"010107-0000", "2"},
	{"CPR:010190-1234,", "2"}, {"(010190-1234)", "2"}, {"nr010190-1234x", "2"}, {"010190-1234 og 311299-4321", "22"}, {"010190-1234, 22 33 44 55", "2"},
	{"010190-1234 22 33 44 55", "2"}, {"22334455 010190-1234", "2"}, {"01.01.90-1234\n22334455", "2"}, {"010190-1234\n02.02.91-1235", "22"}, {"1. 010190-1234\n2. 020291-1235", "22"},
	{"12 01.01.90-1234", "2"}, {"født 01.01.90-1234 kl. 12.30", "2"}, {"01.01.90-12.34 kl. 12", "2"}, {"01.01.90 12.34", "2"},
	// with what word processors, telephones and other scripts write
	{"010190\u20101234", "2"}, {"010190\u20111234", "2"}, {"010190\u20121234", "2"}, {"010190–1234", "2"}, {"010190—1234", "2"}, {"010190\u22121234", "2"}, {"010190\ufe581234", "2"}, {"010190\uff0d1234", "2"}, {"010190\u2e3a1234", "2"},
	{"010190\u00a01234", "2"}, {"010190\u20091234", "2"}, {"010190\u202f1234", "2"}, {"010190\u30001234", "2"}, {"010190\u20281234", "2"}, {"010190\u00ad1234", "2"}, {"010190\u200b1234", "2"}, {"010190\u20601234", "2"},
	{"010190\u20441234", "2"}, {"010190\u22151234", "2"}, {"010190·1234", "2"}, {"010190\t1234", "2"}, {"010190\n\t1234", "2"},
	{"０１０１９０－１２３４", "2"}, {"٠١٠١٩٠-١٢٣٤", "2"}, {"𝟎𝟏𝟎𝟏𝟗𝟎-𝟏𝟐𝟑𝟒", "2"}, {"0\u200b1\u200b0190-1234", "2"},
	// what other numbers are written like, too
	{"0101901234", "1"}, {"0101 901234", "1"}, {"01 01 901234", "1"}, {"01019 01234", "1"}, {"01019-01234", "1"}, {"0 1 0 1 9 0 1 2 3 4", "1"}, {"0 1 0 1 9 0 - 1 2 3 4", "1"}, {"010 190-1234", "1"}, {"010 190 1234", "1"}, {"01\u200b0190\u200b1234", "2"},
	{"0\n1\n0\n1\n9\n0\n1\n2\n3\n4", "1"}, {"01\n01\n90\n12\n34", "1"}, {"0101901\u200b234", "1"},
	// in boxes, whatever stands behind them
	{"0 1 0 1 9 0 - 1 2 3 4\n8000 Aarhus C", "1"}, {"0 1 0 1 9 0 1 2 3 4\n8000 Aarhus C", "1"}, {"0 1 0 1 9 0 - 1 2 3 4 8000 Aarhus C", "1"}, {"0 1 0 1 9 0 - 1 2 3 4 5", "1"}, {"2. 0 1 0 1 9 0 - 1 2 3 4", "1"}, {"Barn 2: 0 1 0 1 9 0 1 2 3 4", "1"},
	{"0\t1\t0\t1\t9\t0\t1\t2\t3\t4\t\n8000\tAarhus", "1"}, {"0 | 1 | 0 | 1 | 9 | 0 | 1 | 2 | 3 | 4 |\n| 8000 |", "1"}, {"8000 Aarhus 8000\n0 1 0 1 9 0 1 2 3 4", "1"},
	{"01 01 90 12 34 5", "1"}, {"01 01 90 56 78 8000 Aarhus", "1"}, {"01 01 90 12 34\n22 33 44 55", "2"}, {"010 190 1234\n8000 Aarhus", "1"}, {"01 01 905678\n8000 Aarhus", "1"},
	{"1 2 3 1 2 1 2 3 4 5 6 7 8 9 1", ""}, {"01 01 10 12 14 16 18 20", ""},
	// far apart, with a colon, and in the cells of a table
	{"010190     1234", "2"}, {"010190  -  1234", "2"}, {"010190   –\n\n   1234", "2"}, {"010190\t\t\t\t\t1234", "2"}, {"010190\n\n\n\n\n\n1234", "2"}, {"010190\t-\t1234", "2"}, {"010190------1234", "2"}, {"01.01.90      -      1234", "2"}, {"01      01      90      1234", "2"},
	{"010190:1234", "2"}, {"010190: 1234", "2"}, {"| 010190 | 1234 |", "2"}, {"|010190|-|1234|", "2"}, {"010190 -./ 1234", ""},
	// with the whole year
	{"01.01.1990-1234", "2"}, {"01011990-1234", "2"}, {"01-01-1990-1234", "2"}, {"1/1-1990 - 1234", "2"}, {"1.1.1990–1234", "2"}, {"0101 1990-1234", "2"}, {"61.01.1990-1234", "2"}, {"01.01.2020-1234", "2"}, {"01.01.1990-2012", "2"}, {"01.01.1990-\n1234", "2"},
	{"01-01-1990 1234", "1"}, {"01.01.1990 1234", "1"}, {"01011990 1234", "1"}, {"01.01.1990/1234", "1"}, {"01.01.19901234", "1"}, {"010119901234", "1"}, {"01.01.1990   1234", "1"}, {"01.01.2020-2024", "1"},
	{"01.01.2020 1200", ""}, {"01.01.2020\t1200\n01.02.2020\t1350", ""}, {"01012020 1200 borgere", ""}, {"32.01.1990-1234", ""}, {"01.01.1890-1234", ""}, {"01.01.1990-12345", ""}, {"201.01.1990-1234", ""},
	// children's, and what may be a date with a count
	{"010120-1234", "2"}, {"01.01.20-1234", "2"}, {"01 01 20 1234", "2"}, {"010120.1234", "2"}, {"010120/1234", "2"}, {"010120 - 1234", "2"}, {"0101 20 1234", "2"}, {"01.01.20-12 34", "2"},
	{"010120 1234", "1"}, {"31.03.20 1200", "1"}, {"31.03.20\t1200\n30.04.20\t1350", "1"}, {"Status pr. 31.12.20 1200 borgere", "1"}, {"020120 2100 København", "1"}, {"31/12-20 1200", "1"}, {"31.03.17 1200", "2"},
	{"Uge 10 11 12 1300", "1"}, {"10 11 13 1300", "2"}, {"10-11-12-1300", "2"},
	{"11-03-20 13-15", ""}, {"11/03/20 12-16", ""}, {"11.03.20 9-12", ""}, {"11-03-20 15-13", "1"}, {"11-03-20-13-15", "2"}, {"11-03-90 13-15", "2"}, {"kl. 10:12:30 1200 borgere", ""}, {"01:01:90 1234", "2"},

	// dates, with times and without
	{"Fra 11.03.2020 til 15.06.2020", ""}, {"11.03.2020-15.06.2020", ""}, {"11.03.2020 - 15.06.2020", ""}, {"11-03-2020/15-06-2020", ""}, {"01.10.2020-15.06.2020", ""}, {"1.10.2020-15.6.2020", ""}, {"1.10.2020 - 1.1.2021", ""},
	{"11/3-2020", ""}, {"11/03-2020 12", ""}, {"11.03.2020 12.30", ""}, {"11.03.2020, 12.30-14.00", ""}, {"11-03-2020 12:30", ""}, {"2020-03-11 2020", ""}, {"2012-10-11 1234", ""}, {"2020-03-11T12:30", ""}, {"11.03.2020 1200 borgere", ""},
	{"11.03.20 12.30", ""}, {"11.03.20 kl. 12.30", ""}, {"11.03.20, 12.30", ""}, {"11.03.20 12:30", ""}, {"11.03.20\n12.30-14.00", ""}, {"11-03-20 12.30", ""}, {"110320 12.30", ""},
	{"11.03.20-15.06.20", ""}, {"11.03.20 - 15.06.20", ""}, {"11/3-20 - 15/6-20", ""}, {"11.03.20-15.06", ""}, {"11.03-15.06.20", ""}, {"12.03.20, 10.06.20", ""}, {"01.01.20 var det 1200 borgere", ""}, {"11032020 12 borgere", ""},
	{"kl. 10.15-12.30", ""}, {"8.30-15.30", ""}, {"uge 12-18", ""}, {"sæsonen 2020-2021", ""}, {"20200311", ""}, {"290201-0000 er ingen dag", ""}, {"320190-1234", ""}, {"011390-1234", ""}, {"920190-1234", ""}, {"601290-1234", ""},
	// telephone numbers
	{"22 33 44 55", ""}, {"+45 20 10 12 34", ""}, {"0045 20 10 12 34", ""}, {"20 10 12 34 22 33 44 55", ""}, {"20 10 12 34 / 20 12 10 15", ""}, {"20101234 20121015", ""}, {"20 10 12 34\n20 12 10 15", ""}, {"Tlf. 20101234, 12 timer i døgnet", ""}, {"70 20 12 34", ""}, {"+46 8 12 34 56 78", ""},
	// other numbers
	{"EAN 5798000123456", ""}, {"57 98 00 01 23 45 6", ""}, {"5798 0001 2345 6", ""}, {"CVR 29189846", ""}, {"29 18 98 46", ""}, {"12345678901", ""}, {"01019012345", ""}, {"9999999999", ""},
	{"ISBN 87-02-12345-6", ""}, {"ISBN 8702123456", ""}, {"ISBN 978-87-02-12345-6", ""}, {"9788702123456", ""}, {"doi:10.1108/1234", ""}, {"10.1177/1049732320912345", ""}, {"https://kl.dk/11-03-2020/1234", ""},
	{"§ 85, 104 og 107", ""}, {"LBK nr. 1287 af 28/08/2020", ""}, {"Sag nr. 20/12345", ""}, {"J.nr. 2020-123456", ""}, {"KLE 27.03.15-P20-1-19", ""}, {"Dok. 123456-20", ""},
	{"1.012.345.678 kr.", ""}, {"1 012 345 678", ""}, {"120.500 2020", ""}, {"25 000 000 kr.", ""}, {"10 12 15 20 30 40", ""}, {"10-12-14-16-18-20", ""}, {"10\n12\n15\n2020\n11\n12\n13\n2021", ""},
	{"12\n\t10\n\t15\n\t20\n\t30\n\t11", ""}, {"2020\t12\t10\t15\n2021\t10\t12\t20", ""},
}

func TestWrittenNumbers(t *testing.T) {
	for _, x := range writtenNumbers {
		for _, text := range []string{x.text, "Se her: " + x.text, x.text + "."} {
			for form, text := range map[string]string{"as written": text, "canonical": Text(text)} {
				got := ""
				for _, n := range findNumbers(text) {
					got += map[bool]string{true: "2", false: "1"}[n.sure]
					if inside := text[n.start:n.end]; strings.TrimSpace(inside) != inside {
						t.Errorf("%q: the place is %q", text, inside)
					}
				}
				if got != x.want {
					t.Errorf("%q, %s: found %q, want %q", text, form, got, x.want)
				}
			}
		}
	}
}

var anySeparator = []string{" ", "-", ".", "/", "\n", "\r\n", "\t", "\u00a0", "\u2009", "\u202f", "\u2007", "\u3000", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2015", "\u2212", "\ufe63", "\uff0d", "\u2044", "\u2215", "\uff0f", "\uff0e", "\u2028", "·", ":", "|", "   ", "\t\t\t\t\t\t"}

// numberOf draws a date and four digits with separators at the cuts.
func numberOf(t *rapid.T, cuts []int) string {
	day := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 45000).Draw(t, "day"))
	digits := []byte(day.Format("020106") + fmt.Sprintf("%04d", rapid.IntRange(0, 9999).Draw(t, "rest")))
	if rapid.Bool().Draw(t, "replacement") {
		digits[0] += 6
	}
	zero := rapid.SampledFrom([]rune{'0', '0', '0', '０', '٠', '𝟎'}).Draw(t, "script")
	var b strings.Builder
	for i, d := range digits {
		if slices.Contains(cuts, i) {
			most := 2
			if i == cprDate {
				most = 3
			}
			for range rapid.IntRange(1, most).Draw(t, "signs") { // a run of white space is one
				b.WriteString(rapid.SampledFrom(anySeparator).Draw(t, "sign"))
			}
		}
		b.WriteRune(zero + rune(d-'0'))
	}
	return b.String()
}

// Any date and four digits, with any separators between the parts, is found and
// is sure, unless it may be a date and a count, whatever stands beside it; and so it is in the form that is kept.
func TestAnyNumberInPartsIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cuts := rapid.SampledFrom([][]int{{6}, {2, 6}, {4, 6}, {2, 4, 6}}).Draw(t, "cuts")
		s := numberOf(t, cuts)
		may := candidateOf(s)
		unsure := may.dateAndCount() || may.countedUp()
		text := rapid.SampledFrom([]string{"", "Borger ", "Borger:", "cpr", "»", "12 borgere, ", "§ 85: "}).Draw(t, "before") + s +
			rapid.SampledFrom([]string{"", ".", " ringede", "»", ", 12 år", "x"}).Draw(t, "after")
		if found := findNumbers(text); !slices.ContainsFunc(found, func(n number) bool { return n.sure || unsure }) && !readOtherwise(s) {
			t.Fatalf("%q: %v", text, found)
		}
		if kept := Text(text); FindCPR(kept) == nil && !readOtherwise(s) {
			t.Fatalf("%q is lost in %q", text, kept)
		}
		if masked := Mask(text); FindCPR(masked) != nil {
			t.Fatalf("%q is masked as %q", text, masked)
		}
	})
}

// With separators in any places it is found, too, where it stands by itself.
func TestAnyNumberIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var cuts []int
		for i := 1; i < cprDigits; i++ {
			if rapid.Bool().Draw(t, "cut") {
				cuts = append(cuts, i)
			}
		}
		s := numberOf(t, cuts)
		if text := "Borger " + s + ", som ringede"; FindCPR(text) == nil && !readOtherwise(s) {
			t.Fatalf("%q", text)
		}
	})
}

// readOtherwise tells whether a number is written exactly as one of the things
// that are named to be none.
func readOtherwise(s string) bool {
	c := candidateOf(s)
	return c.otherReading()
}

func candidateOf(s string) candidate {
	groups := digitGroups(s)
	var c candidate
	for i, g := range groups {
		if i > 0 {
			c.cuts, c.gaps = append(c.cuts, len(c.digits)), append(c.gaps, g.gap)
		}
		c.digits += g.digits
	}
	return c
}

// The readings are few: of all numbers in any writing hardly one is passed over.
func TestOtherReadingsAreRare(t *testing.T) {
	passed, all := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		all++
		if readOtherwise(numberOf(t, rapid.SampledFrom([][]int{{6}, {2, 4, 6}, {2, 4, 6, 8}, {6, 8}, {2, 6}}).Draw(t, "cuts"))) {
			passed++
		}
	})
	if passed > all/20 {
		t.Errorf("%d of %d numbers are read as something else", passed, all)
	}
}

func FuzzFindCPR(f *testing.F) {
	for _, x := range writtenNumbers {
		f.Add(x.text)
	}
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		for _, n := range findNumbers(s) {
			if n.start < last || n.end <= n.start || n.end > len(s) {
				t.Fatalf("%q: %v after %d", s, n, last)
			}
			last = n.end
		}
		if masked := Mask(s); FindCPR(masked) != nil {
			t.Fatalf("%q is masked as %q", s, masked)
		}
	})
}
