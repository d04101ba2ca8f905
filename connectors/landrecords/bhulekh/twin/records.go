package twin

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/jansetu/jansetu/connectors/landrecords/internal/formserver"
)

// place is a district, tahasil or village with what lies below it.
type place struct {
	code, name string
	below      []place
	// khatiyans is how many a village has.
	khatiyans int
}

// Khatiyans is how many khatiyans the village of the documented ones has.
const Khatiyans = 1200

func land() []place {
	return []place{
		{code: "3", name: "କଟକ", below: []place{
			{code: "1", name: "ବାଙ୍କୀ", below: []place{{code: "12", name: "ଶାଳପଡ଼ା", khatiyans: 25}}},
		}},
		{code: "20", name: "ଖୋର୍ଦ୍ଧା", below: []place{
			{code: "6", name: "ଜଟଣୀ", below: []place{{code: "31", name: "କୁସୁମଡିହ", khatiyans: 25}}},
			{code: "2", name: "ଭୁବନେଶ୍ଵର", below: []place{
				{code: "105", name: "ନୂଆଗୁଡ଼ା", khatiyans: Khatiyans},
				{code: "106", name: "ବଡ଼ପଦର"},
				{code: "107", name: "ମହୁଲପାଲି", khatiyans: 40},
			}},
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

// Khatiyan is one record of rights.
type Khatiyan struct {
	Number                            int
	District, Tahasil, Village        string
	Tenants                           []string
	Status, Landlord                  string
	WaterTax, Rent, Cess, Other, Told string
	Remark                            string
	Plots                             []Plot
}

// Plot is a parcel of a khatiyan.
type Plot struct {
	Number                 int
	Kisam, Bounds          string
	Acres, Decimals, Hects string
	Remark                 string
}

// firstPlot is the lowest plot number of a village.
const firstPlot = 100

// plotsOf tells how many plots a khatiyan has.
func plotsOf(number int) int {
	switch number {
	case 2:
		return 2
	case 5:
		return 12
	case 8:
		return 60
	default:
		return 1
	}
}

// khatiyansOf makes the records of a village.
func khatiyansOf(district, tahasil, village place) []Khatiyan {
	list := make([]Khatiyan, 0, village.khatiyans)
	next := firstPlot
	for number := 1; number <= village.khatiyans; number++ {
		record := khatiyan(number, village.code == "105")
		record.District, record.Tahasil, record.Village = district.name, tahasil.name, village.name
		for i := range plotsOf(number) {
			record.Plots = append(record.Plots, plot(next, i))
			next++
		}
		list = append(list, record)
	}
	return list
}

func khatiyan(number int, documented bool) Khatiyan {
	record := Khatiyan{
		Number: number, Tenants: []string{tenant(number)}, Status: "ସ୍ଥିତିବାନ", Landlord: "ଓଡିଶା ସରକାର ଖେୱାଟ ନମ୍ବର 1",
		WaterTax: "2.00", Rent: fmt.Sprintf("%d.50", 1+number%9), Cess: "0.75", Other: "0.00", Told: fmt.Sprintf("%d.25", 4+number%9),
	}
	if !documented {
		return record
	}
	switch number {
	case 2:
		record.Tenants = []string{tenant(2), tenant(41), tenant(57)}
	case 3:
		record.Tenants = []string{"ଶ୍ରୀ ବଳଦେବ ଜୀଉ, ମାରଫତ ସେବାୟତ ଗୋବିନ୍ଦ ପଣ୍ଡା"}
	case 4:
		record.Tenants, record.Status = []string{"ରଖିତ"}, "ଗୋଚର"
		record.WaterTax, record.Rent, record.Cess, record.Told = "", "", "", ""
	case 6:
		record.Remark = "D. Reservation Case No. 10/97, 14.03.2000"
	case 7:
		record.Tenants = nil
	}
	return record
}

func tenant(number int) string {
	given := []string{"ରଘୁନାଥ", "ସରସ୍ୱତୀ", "ଗୋପାଳ", "ମିନତି", "ଅବ୍ଦୁଲ", "ଶକୁନ୍ତଳା", "ବିଶ୍ୱନାଥ", "ଲକ୍ଷ୍ମୀ"}
	family := []string{"ସାହୁ", "ନାୟକ", "ବେହେରା", "ପ୍ରଧାନ", "ଖାନ୍", "ମଳିକ", "ଜେନା"}
	return fmt.Sprintf("%s %s ପି: %s %s ଜା: %s ବା: ନିଜିଗାଁ", given[number%8], family[number%7], given[(number+3)%8], family[number%7],
		[]string{"ଚଷା", "ଖଣ୍ଡାୟତ", "ତେଲି", "ମୁସଲମାନ"}[number%4])
}

func plot(number, i int) Plot {
	kinds := []string{"ଶାରଦ ତିନି", "ଶାରଦ ଦୁଇ", "ଘରବାରି", "ପଡ଼ିଆ", "ବଗାୟତ"}
	decimals := 1000 + number*37%8000
	made := Plot{
		Number: number, Kisam: kinds[number%5], Acres: strconv.Itoa(i % 2), Decimals: fmt.Sprintf("%04d", decimals),
		Hects: fmt.Sprintf("%.4f", (float64(i%2)+float64(decimals)/10_000)*0.4047),
	}
	if i == 0 {
		made.Bounds = "ଉ: ରାସ୍ତା ଦ: ନାଳ"
	}
	return made
}

// register holds the records of the villages asked for so far.
type register struct {
	mu       sync.Mutex
	villages map[string][]Khatiyan
}

func (r *register) of(district, tahasil, village place) []Khatiyan {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := district.code + "/" + tahasil.code + "/" + village.code
	list, known := r.villages[key]
	if !known {
		list = khatiyansOf(district, tahasil, village)
		r.villages[key] = list
	}
	return list
}

// The kinds of search.
const (
	byKhatiyan = "Khatiyan"
	byPlot     = "Plot"
	byTenant   = "Tenant"
)

func searchKinds() []formserver.Choice {
	return []formserver.Choice{{Value: byKhatiyan, Label: "Khatiyan"}, {Value: byPlot, Label: "Plot"}, {Value: byTenant, Label: "Tenant"}}
}

// optionWidth is what the portal pads its values to.
const optionWidth = 30

func pad(value string) string {
	return value + strings.Repeat(" ", max(0, optionWidth-len([]rune(value))))
}

// offered lists the records of a village the way a kind of search does.
func offered(list []Khatiyan, kind string) []formserver.Choice {
	choices := make([]formserver.Choice, 0, len(list))
	add := func(value, label string) {
		choices = append(choices, formserver.Choice{Value: pad(value), Label: label})
	}
	for _, record := range list {
		number := strconv.Itoa(record.Number)
		switch kind {
		case byPlot:
			for _, plot := range record.Plots {
				add(strconv.Itoa(plot.Number), strconv.Itoa(plot.Number))
			}
		case byTenant:
			for i, name := range record.Tenants {
				add(fmt.Sprintf("%s_%d", number, i+1), name)
			}
		default:
			add(number, number)
		}
	}
	return choices
}

// record finds what a padded value stands for.
func record(list []Khatiyan, kind, value string) (Khatiyan, bool) {
	number, _, _ := strings.Cut(strings.TrimSpace(value), "_")
	for _, candidate := range list {
		if kind != byPlot && strconv.Itoa(candidate.Number) == number {
			return candidate, true
		}
		for _, plot := range candidate.Plots {
			if kind == byPlot && strconv.Itoa(plot.Number) == number {
				return candidate, true
			}
		}
	}
	return Khatiyan{}, false
}
