package danish

import "testing"

func TestIsInflection(t *testing.T) {
	for pair, want := range map[[2]string]bool{
		{"skypes", "skype"}: true, {"skypen", "skype"}: true, {"hotlinerne", "hotline"}: true, {"zoomens", "zooms"}: true, {"skype", "skypens"}: true, {"fitnessen", "fitness"}: true,
		{"chatt", "chatte"}: false, {"chatt", "chat"}: false, {"aarhuss", "aarhus"}: false, {"skolle", "skolen"}: false, {"bostoete", "bostoette"}: false, {"telefonn", "telefon"}: false,
	} {
		if got := IsInflection(pair[0], pair[1]); got != want {
			t.Errorf("%q: %v", pair, got)
		}
	}
}
