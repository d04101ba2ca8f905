package twin

import (
	"fmt"
	"strconv"
	"strings"
)

// place is a district, mandal or village with what lies below it.
type place struct {
	code, name string
	below      []place
	// documented villages have the khatas of the package's comment.
	documented bool
	khatas     int
}

// Khatas is how many khatas the first village has besides the documented ones.
const Khatas = 500

func land() []place {
	return []place{
		{code: "6", name: "తూర్పు గోదావరి", below: []place{
			{code: "2", name: "రాజానగరం", below: []place{{code: "7", name: "వేపచెట్టుపల్లి", khatas: 20}}},
		}},
		{code: "9", name: "గుంటూరు", below: []place{
			{code: "4", name: "తాడికొండ", below: []place{
				{code: "1", name: "నల్లచెరువుపాలెం", documented: true, khatas: Khatas},
				{code: "2", name: "కొత్తవరం"},
			}},
			{code: "6", name: "మంగళగిరి", below: []place{{code: "3", name: "పాలవాగు", khatas: 20}}},
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

// parcel is one row of the registers.
type parcel struct {
	khata             int
	survey            string
	holder, father    string
	enjoyer           string
	kharif, rabi      string
	extent, uncropped float64
}

const firstGenerated = 200

// parcelsOf makes the rows of a village.
func parcelsOf(village place) []parcel {
	list := make([]parcel, 0, village.khatas+64)
	if village.documented {
		list = append(list, parcel{
			khata: 101, survey: "12-1", holder: "కొల్లి వెంకటేశ్వర్లు", father: "నాగయ్య",
			kharif: "వరి", rabi: "మినుములు", extent: 2.35, uncropped: 0.10,
		})
		for i := range 3 {
			list = append(list, parcel{
				khata: 102, survey: fmt.Sprintf("12-%d", i+2), holder: "షేక్ మస్తాన్ వలీ", father: "ఇమాం సాహెబ్",
				kharif: "పత్తి", extent: 1.2 + float64(i)/10,
			})
		}
		list = append(list,
			parcel{khata: 103, survey: "14", holder: "గోగినేని సుశీల", father: "రామారావు", enjoyer: "మేకల ఏసుబాబు", kharif: "మిరప", extent: 3.08},
			parcel{khata: 104, survey: "15-2", holder: "బండి అంకమ్మ", extent: 0.45})
		for i := range 40 {
			list = append(list, parcel{khata: 105, survey: fmt.Sprintf("30-%d", i+1), holder: "దేవరపల్లి సత్యనారాయణ", father: "పిచ్చయ్య", kharif: "వరి", extent: 0.5})
		}
	}
	for i := range village.khatas {
		list = append(list, parcel{
			khata: firstGenerated + i, survey: fmt.Sprintf("%d-%d", 100+i/4, 1+i%4), holder: holder(i), father: holder(i + 5),
			kharif: "వరి", extent: 0.25 + float64(i%40)/10,
		})
	}
	return list
}

func holder(i int) string {
	family := []string{"యలమంచిలి", "పోతుల", "చింతా", "షేక్", "మద్దాల", "కాకర్ల", "దాసరి"}
	given := []string{"సీతారామయ్య", "లక్ష్మీకాంతం", "రత్నకుమారి", "కరీముల్లా", "అప్పారావు", "నాగమణి"}
	return family[i%7] + " " + given[i%6]
}

// byKhata and bySurvey find rows.
func byKhata(list []parcel, khata string) []parcel {
	var found []parcel
	for _, each := range list {
		if strconv.Itoa(each.khata) == khata {
			found = append(found, each)
		}
	}
	return found
}

func bySurvey(list []parcel, survey string) []parcel {
	var found []parcel
	for _, each := range list {
		if each.survey == survey || strings.HasPrefix(each.survey, survey+"-") {
			found = append(found, each)
		}
	}
	return found
}

// column is a field of a row; an empty one is left out, as a DataSet leaves out
// nulls.
type column struct{ name, value string }

func extent(acres float64) string { return strconv.FormatFloat(acres, 'f', 4, 64) }

// adangal is the row of the adangal: 35 columns.
func adangal(district, mandal, village place, p parcel, year string) []column {
	enjoyer, nature := p.enjoyer, "కౌలు"
	if enjoyer == "" {
		enjoyer, nature = p.holder, "స్వంతం"
	}
	return []column{
		{"Dist_Name", district.name}, {"Mandal_Name", mandal.name}, {"Village_Name", village.name}, {"Fasli_Year", year},
		{"Survey_No", p.survey}, {"Total_Extent", extent(p.extent)}, {"UnCultivable_Extent", extent(p.uncropped)},
		{"Cultivable_Extent", extent(p.extent - p.uncropped)}, {"Land_Nature", "పట్టా"}, {"Tax", "0.00"},
		{"Land_Classification", "మెట్ట"}, {"Water_Resource", "బోరు"}, {"Water_Resource_Extent", extent(p.extent)},
		{"Khata_No", strconv.Itoa(p.khata)}, {"Pattadar_Name", p.holder}, {"Pattadar_FatherName", p.father},
		{"Enjoyer_Name", enjoyer}, {"Enjoyer_FatherName", p.father}, {"Enjoyer_Extent", extent(p.extent)}, {"Enjoyment_Nature", nature},
		{"LandUse_Kharif", use(p.kharif)}, {"Crop_Kharif", p.kharif}, {"CropExtent_Kharif", sown(p.kharif, p)},
		{"CropWater_Kharif", water(p.kharif)}, {"CropYield_Kharif", ""},
		{"LandUse_Rabi", use(p.rabi)}, {"Crop_Rabi", p.rabi}, {"CropExtent_Rabi", sown(p.rabi, p)}, {"CropWater_Rabi", water(p.rabi)}, {"CropYield_Rabi", ""},
		{"Trees", ""}, {"Mutation_No", fmt.Sprintf("MUT/%d/2019", p.khata)}, {"Mutation_Date", "14/08/2019"}, {"Remarks", ""}, {"Updated_On", "02/11/2026"},
	}
}

func use(crop string) string {
	if crop == "" {
		return ""
	}
	return "సాగు"
}

func sown(crop string, p parcel) string {
	if crop == "" {
		return ""
	}
	return extent(p.extent - p.uncropped)
}

func water(crop string) string {
	if crop == "" {
		return ""
	}
	return "వర్షాధారం"
}

// ror is the row of the record of rights, form 1-B.
func ror(district, mandal, village place, p parcel) []column {
	return []column{
		{"Dist_Name", district.name}, {"Mandal_Name", mandal.name}, {"Village_Name", village.name},
		{"Khata_No", strconv.Itoa(p.khata)}, {"Pattadar_Name", p.holder}, {"Pattadar_FatherName", p.father},
		{"Survey_No", p.survey}, {"Land_Nature", "పట్టా"}, {"Land_Classification", "మెట్ట"}, {"Total_Extent", extent(p.extent)},
		{"Tax", "0.00"}, {"Acquisition_Mode", "వారసత్వం"}, {"Mutation_No", fmt.Sprintf("MUT/%d/2019", p.khata)}, {"Remarks", ""},
	}
}
