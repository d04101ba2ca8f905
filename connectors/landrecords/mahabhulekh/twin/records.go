package twin

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/jansetu/jansetu/connectors/landrecords/internal/formserver"
)

// place is a district, taluka or village with what lies below it.
type place struct {
	code, name string
	below      []place
	parcels    int
}

// Parcels is how many parcels the documented village has.
const Parcels = 900

func land() []place {
	return []place{
		{code: "20", name: "नाशिक", below: []place{
			{code: "3", name: "दिंडोरी", below: []place{{code: "272000030001", name: "आंबेवाडी", parcels: 30}}},
		}},
		{code: "25", name: "पुणे", below: []place{
			{code: "5", name: "मुळशी", below: []place{
				{code: "272500050001", name: "कोरडगाव", parcels: Parcels},
				{code: "272500050002", name: "धनगरवाडी"},
			}},
			{code: "9", name: "मावळ", below: []place{{code: "272500090001", name: "सोनखांब", parcels: 30}}},
		}},
	}
}

// below answers the place of a code; one without a code when there is none.
func below(places []place, code string) place {
	for _, candidate := range places {
		if candidate.code == code {
			return candidate
		}
	}
	return place{}
}

// parcel is a piece of land and its khata.
type parcel struct {
	number, khata string
	holder        string
	area          string
}

func parcelsOf(village place) []parcel {
	list := make([]parcel, 0, village.parcels+3)
	for i := 1; i <= village.parcels; i++ {
		number := strconv.Itoa(i)
		if i == 45 {
			for part := 1; part <= 3; part++ {
				list = append(list, parcel{number: fmt.Sprintf("45/%d", part), khata: "45", holder: holder(45 + part), area: "0.41.00"})
			}
			continue
		}
		made := parcel{number: number, khata: number, holder: holder(i), area: fmt.Sprintf("%d.%02d.00", i%4, i*7%100)}
		if i == 7 {
			made.holder = ""
		}
		list = append(list, made)
	}
	return list
}

func holder(i int) string {
	family := []string{"शिंदे", "जाधव", "पवार", "गायकवाड", "मुलाणी", "कांबळे", "मोरे"}
	given := []string{"दत्तात्रय", "अनुसया", "बाळासाहेब", "रुक्मिणी", "इब्राहिम", "सखाराम"}
	return given[i%6] + " " + given[(i+2)%6] + " " + family[i%7]
}

// devanagari writes digits as the portal does.
func devanagari(text string) string {
	return strings.Map(func(char rune) rune {
		if char >= '0' && char <= '9' {
			return '०' + char - '0'
		}
		return char
	}, text)
}

// found lists what a typed number finds: the number itself and its parts.
func found(list []parcel, state choices) []formserver.Choice {
	offered := []formserver.Choice{{Value: unchosen, Label: unchosen}}
	seen := map[string]bool{}
	for _, each := range list {
		number := each.number
		if state.Kind == kind8A {
			number = each.khata
		}
		if (number == state.Query || strings.HasPrefix(number, state.Query+"/")) && !seen[number] {
			seen[number] = true
			offered = append(offered, formserver.Choice{Value: devanagari(number), Label: devanagari(number)})
		}
	}
	return offered
}

// chosen answers the parcels behind a choice: one of a 7/12, all of a khata's.
func chosen(list []parcel, state choices) []parcel {
	var of []parcel
	for _, each := range list {
		if state.Kind == kind8A && devanagari(each.khata) == state.Parcel || state.Kind != kind8A && devanagari(each.number) == state.Parcel {
			of = append(of, each)
		}
	}
	return of
}
