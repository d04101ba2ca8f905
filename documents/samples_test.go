package documents_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/documents"
)

var noon = time.Date(2026, 11, 22, 14, 5, 9, 0, connectors.IndianTime)

var andhra = sync.OnceValues(func() (*documents.Library, error) { return documents.Load(deploy.Files, "andhra") })

func library(t testing.TB) *documents.Library {
	t.Helper()
	loaded, err := andhra()
	require.NoError(t, err)
	return loaded
}

// people and places in each language, chosen for what is hard in its script.
type local struct {
	name, relation, address, place, authority, authorityOffice                        string
	state, department, office, officer, officerTitle, service, words, law             string
	from, to, boarding, vehicle, ground1, ground2, paper1, paper2, named, income, age string
}

var locals = map[string]local{
	"en": {
		name: "Kothapalli Lakshmi Devi", relation: "wife of Srikrishna Murthy", address: "4-112, Kshatriya Veedhi, Tenali, Guntur District",
		place: "Tenali", authority: "The Revenue Divisional Officer", authorityOffice: "Revenue Division, Tenali",
		state: "Government of Andhra Pradesh", department: "Revenue Department", office: "Office of the Tahsildar, Tenali", officer: "P. Venkata Ramana",
		officerTitle: "Tahsildar", service: "Income certificate", words: "one lakh twenty-four thousand rupees only",
		law: "the Andhra Pradesh Public Services Delivery Guarantee Act, 2017", from: "Vijayawada", to: "Hyderabad", boarding: "Pandit Nehru Bus Station, platform 12",
		vehicle: "2541 Super Luxury", ground1: "The time allowed by law has passed without a decision.", ground2: "No paper was asked for that I had not given.",
		paper1: "Ration card", paper2: "Salary slip of the last three months", named: "Name", income: "Annual income", age: "Age",
	},
	"hi": {
		name: "श्रीमती लक्ष्मी क्षत्रिय", relation: "पत्नी श्री कृष्णमूर्ति", address: "४-११२, ज्ञान मार्ग, द्वितीय तल, तेनाली", place: "तेनाली",
		authority: "राजस्व मंडल अधिकारी", authorityOffice: "राजस्व मंडल, तेनाली", state: "आंध्र प्रदेश सरकार", department: "राजस्व विभाग",
		office: "तहसीलदार कार्यालय, तेनाली", officer: "पी. वेंकट रमण", officerTitle: "तहसीलदार", service: "आय प्रमाण पत्र",
		words: "एक लाख चौबीस हज़ार रुपये मात्र", law: "आंध्र प्रदेश लोक सेवा गारंटी अधिनियम, 2017", from: "विजयवाड़ा", to: "हैदराबाद",
		boarding: "पंडित नेहरू बस अड्डा, प्लेटफ़ॉर्म 12", vehicle: "2541 सुपर लग्ज़री", ground1: "क़ानून की समय-सीमा बिना निर्णय के बीत गई है।",
		ground2: "ऐसा कोई काग़ज़ नहीं माँगा गया जो मैंने न दिया हो।", paper1: "राशन कार्ड", paper2: "पिछले तीन महीनों की वेतन पर्ची", named: "नाम", income: "वार्षिक आय", age: "आयु",
	},
	"te": {
		name: "కొత్తపల్లి లక్ష్మీదేవి", relation: "శ్రీకృష్ణమూర్తి గారి భార్య", address: "4-112, క్షత్రియ వీధి, తెనాలి, గుంటూరు జిల్లా", place: "తెనాలి",
		authority: "రెవెన్యూ డివిజనల్ అధికారి", authorityOffice: "రెవెన్యూ డివిజన్, తెనాలి", state: "ఆంధ్రప్రదేశ్ ప్రభుత్వం", department: "రెవెన్యూ శాఖ",
		office: "తహశీల్దారు కార్యాలయం, తెనాలి", officer: "పి. వెంకట రమణ", officerTitle: "తహశీల్దారు", service: "ఆదాయ ధ్రువీకరణ పత్రం",
		words: "ఒక లక్షా ఇరవై నాలుగు వేల రూపాయలు మాత్రమే", law: "ఆంధ్రప్రదేశ్ ప్రజాసేవల హామీ చట్టం, 2017", from: "విజయవాడ", to: "హైదరాబాద్",
		boarding: "పండిట్ నెహ్రూ బస్ స్టేషన్, ప్లాట్\u200cఫారం 12", vehicle: "2541 సూపర్ లగ్జరీ", ground1: "చట్టం ఇచ్చిన గడువు నిర్ణయం లేకుండా ముగిసింది.",
		ground2: "నేను ఇవ్వని పత్రమేదీ అడగలేదు.", paper1: "రేషన్ కార్డు", paper2: "గత మూడు నెలల జీతపు చీటీ", named: "పేరు", income: "వార్షిక ఆదాయం", age: "వయసు",
	},
	"mr": {
		name: "लक्ष्मीबाई ज्ञानेश्वर शेतकऱ्यांच्या", relation: "श्री. कृष्णराव यांच्या पत्नी", address: "११२, क्षत्रिय आळी, कऱ्हाड, जि. सातारा", place: "कऱ्हाड",
		authority: "उपविभागीय अधिकारी", authorityOffice: "उपविभाग कऱ्हाड", state: "महाराष्ट्र शासन", department: "महसूल विभाग", office: "तहसीलदार कार्यालय, कऱ्हाड",
		officer: "प्र. वि. देशमुख", officerTitle: "तहसीलदार", service: "उत्पन्नाचा दाखला", words: "एक लाख चोवीस हजार रुपये फक्त",
		law: "महाराष्ट्र लोकसेवा हक्क अधिनियम, २०१५", from: "पुणे", to: "मुंबई", boarding: "स्वारगेट, फलाट १२", vehicle: "२५४१ शिवशाही",
		ground1: "कायद्याने दिलेली मुदत निर्णयाविना संपली आहे.", ground2: "मी न दिलेले कोणतेही कागदपत्र मागितले नाही.", paper1: "शिधापत्रिका",
		paper2: "मागील तीन महिन्यांची वेतनचिठ्ठी", named: "नाव", income: "वार्षिक उत्पन्न", age: "वय",
	},
	"or": {
		name: "ଶ୍ରୀମତୀ ଲକ୍ଷ୍ମୀପ୍ରିୟା କ୍ଷତ୍ରିୟ", relation: "ଶ୍ରୀକୃଷ୍ଣ ମିଶ୍ରଙ୍କ ପତ୍ନୀ", address: "୧୧୨, ଜ୍ଞାନ ମାର୍ଗ, କୋଣାର୍କ, ପୁରୀ ଜିଲ୍ଲା", place: "କୋଣାର୍କ",
		authority: "ଉପଜିଲ୍ଲାପାଳ", authorityOffice: "ପୁରୀ ସଦର", state: "ଓଡ଼ିଶା ସରକାର", department: "ରାଜସ୍ୱ ବିଭାଗ", office: "ତହସିଲଦାରଙ୍କ କାର୍ଯ୍ୟାଳୟ, କୋଣାର୍କ",
		officer: "ପ୍ର. କୁ. ମହାନ୍ତି", officerTitle: "ତହସିଲଦାର", service: "ଆୟ ପ୍ରମାଣପତ୍ର", words: "ଏକ ଲକ୍ଷ ଚବିଶ ହଜାର ଟଙ୍କା ମାତ୍ର",
		law: "ଓଡ଼ିଶା ଲୋକସେବା ଅଧିକାର ଅଧିନିୟମ, ୨୦୧୨", from: "ଭୁବନେଶ୍ୱର", to: "ସମ୍ବଲପୁର", boarding: "ବରମୁଣ୍ଡା ବସ୍ ଷ୍ଟାଣ୍ଡ", vehicle: "୨୫୪୧ ଡିଲକ୍ସ",
		ground1: "ଆଇନରେ ଥିବା ସମୟସୀମା ନିଷ୍ପତ୍ତି ବିନା ଅତିକ୍ରାନ୍ତ ହୋଇଛି।", ground2: "ମୁଁ ଦେଇନଥିବା କୌଣସି କାଗଜ ମଗାଯାଇନାହିଁ।", paper1: "ରାସନ କାର୍ଡ",
		paper2: "ଗତ ତିନି ମାସର ଦରମା ସ୍ଲିପ୍", named: "ନାମ", income: "ବାର୍ଷିକ ଆୟ", age: "ବୟସ",
	},
	"pa": {
		name: "ਸ੍ਰੀਮਤੀ ਲਖਵਿੰਦਰ ਕੌਰ ਸਿੱਧੂ", relation: "ਪਤਨੀ ਸ੍ਰੀ ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ", address: "112, ਗੁਰੂ ਨਾਨਕ ਮੁਹੱਲਾ, ਲੁਧਿਆਣਾ", place: "ਲੁਧਿਆਣਾ",
		authority: "ਉਪ ਮੰਡਲ ਮੈਜਿਸਟ੍ਰੇਟ", authorityOffice: "ਲੁਧਿਆਣਾ ਪੂਰਬੀ", state: "ਪੰਜਾਬ ਸਰਕਾਰ", department: "ਮਾਲ ਵਿਭਾਗ", office: "ਤਹਿਸੀਲਦਾਰ ਦਫ਼ਤਰ, ਲੁਧਿਆਣਾ",
		officer: "ਹਰਪ੍ਰੀਤ ਸਿੰਘ", officerTitle: "ਤਹਿਸੀਲਦਾਰ", service: "ਆਮਦਨ ਸਰਟੀਫਿਕੇਟ", words: "ਇੱਕ ਲੱਖ ਚੌਵੀ ਹਜ਼ਾਰ ਰੁਪਏ ਕੇਵਲ",
		law: "ਪੰਜਾਬ ਪਾਰਦਰਸ਼ਤਾ ਅਤੇ ਜਵਾਬਦੇਹੀ ਐਕਟ, 2018", from: "ਲੁਧਿਆਣਾ", to: "ਅੰਮ੍ਰਿਤਸਰ", boarding: "ਮੁੱਖ ਬੱਸ ਅੱਡਾ, ਪਲੇਟਫਾਰਮ 12", vehicle: "2541 ਵੋਲਵੋ",
		ground1: "ਕਾਨੂੰਨ ਦੀ ਸਮਾਂ-ਸੀਮਾ ਬਿਨਾਂ ਫ਼ੈਸਲੇ ਲੰਘ ਗਈ ਹੈ।", ground2: "ਕੋਈ ਅਜਿਹਾ ਕਾਗਜ਼ ਨਹੀਂ ਮੰਗਿਆ ਗਿਆ ਜੋ ਮੈਂ ਨਾ ਦਿੱਤਾ ਹੋਵੇ।", paper1: "ਰਾਸ਼ਨ ਕਾਰਡ",
		paper2: "ਪਿਛਲੇ ਤਿੰਨ ਮਹੀਨਿਆਂ ਦੀ ਤਨਖ਼ਾਹ ਪਰਚੀ", named: "ਨਾਮ", income: "ਸਾਲਾਨਾ ਆਮਦਨ", age: "ਉਮਰ",
	},
	"ta": {
		name: "திருமதி லக்ஷ்மி ஸ்ரீநிவாசன்", relation: "ஸ்ரீநிவாசன் அவர்களின் மனைவி", address: "112, கௌரி தெரு, ஸ்ரீரங்கம், திருச்சிராப்பள்ளி", place: "திருச்சிராப்பள்ளி",
		authority: "வருவாய்க் கோட்டாட்சியர்", authorityOffice: "திருச்சிராப்பள்ளி கோட்டம்", state: "தமிழ்நாடு அரசு", department: "வருவாய்த் துறை",
		office: "வட்டாட்சியர் அலுவலகம், ஸ்ரீரங்கம்", officer: "கு. மௌனிகா", officerTitle: "வட்டாட்சியர்", service: "வருமானச் சான்றிதழ்",
		words: "ரூபாய் ஒரு இலட்சத்து இருபத்து நான்காயிரம் மட்டும்", law: "தமிழ்நாடு பொதுச் சேவை உரிமைச் சட்டம்", from: "திருச்சிராப்பள்ளி", to: "சென்னை",
		boarding: "மத்திய பேருந்து நிலையம், நடைமேடை 12", vehicle: "2541 விரைவுப் பேருந்து", ground1: "சட்டம் வகுத்த காலம் முடிவின்றிக் கடந்துவிட்டது.",
		ground2: "நான் தராத எந்த ஆவணமும் கேட்கப்படவில்லை.", paper1: "குடும்ப அட்டை", paper2: "கடந்த மூன்று மாத ஊதியச் சீட்டு", named: "பெயர்", income: "ஆண்டு வருமானம்", age: "வயது",
	},
}

// of is one of the local words in the page's language and in English.
func of(language string, field func(local) string) documents.Words {
	return documents.Words{language: field(locals[language]), "en": field(locals["en"])}
}

// sample is a document of that kind with everything it can show, in a language with English below.
func sample(kind, language string) documents.Data {
	place := locals[language]
	words := func(field func(local) string) documents.Words { return of(language, field) }
	data := documents.Data{
		Language: language, Author: "Jansetu", At: noon, Address: "https://jansetu.example/verify/7K3MQ9ZT", Code: bytes.Repeat([]byte("7K3MQ9ZT"), 30),
		Values: map[string]documents.Value{
			"issuer": words(func(l local) string { return l.state }), "department": words(func(l local) string { return l.department }),
			"office": words(func(l local) string { return l.office }), "officer": words(func(l local) string { return l.officer }),
			"officer_title": words(func(l local) string { return l.officerTitle }), "service": words(func(l local) string { return l.service }),
			"biller": words(func(l local) string { return l.department }), "account": documents.Plain("1134100025678"), "name": documents.Plain(place.name),
			"bill": documents.Plain("B202611000123"), "period": documents.Month("2026-11"), "due": documents.Day(noon.AddDate(0, 0, 13)),
			"amount": documents.Money(124000), "mode": documents.Plain("UPI"), "payment": documents.Plain("pay_QWERTYUIOPASDF"),
			"rrn": documents.Plain("632612345678"), "paid": documents.Moment(noon), "department_receipt": documents.Plain("PS-99887766"),
			"posted": documents.Moment(noon.Add(7 * time.Second)), "reference": documents.Plain("AP-7K3M-Q9ZT"), "helpline": documents.Plain("1100"),
			"number": documents.Plain("AP/INC/2026/004711"), "date": documents.Day(noon), "valid_until": documents.Day(noon.AddDate(4, 0, 0)),
			"pnr": documents.Plain("TS7719024"), "from": words(func(l local) string { return l.from }), "to": words(func(l local) string { return l.to }),
			"departs": documents.Minute(noon.Add(26 * time.Hour)), "boarding": words(func(l local) string { return l.boarding }),
			"vehicle": words(func(l local) string { return l.vehicle }), "fare": documents.Money(135050), "portal_number": documents.Plain("INC012600045118"),
			"fee": documents.Money(4500), "authority": words(func(l local) string { return l.authority }),
			"authority_office": words(func(l local) string { return l.authorityOffice }), "address": documents.Plain(place.address),
			"place": words(func(l local) string { return l.place }), "law": words(func(l local) string { return l.law }),
			"applied": documents.Day(noon.AddDate(0, -1, 0)), "relation": documents.Plain(place.relation), "income": documents.Money(12400000),
			"income_words": words(func(l local) string { return l.words }),
			"portal":       words(func(l local) string { return l.department }), "record": documents.Plain("1-B: 102"), "shown": documents.Moment(noon),
		},
		Lists: map[string][]documents.Record{
			"passengers": {
				{documents.Plain(place.name), documents.Plain("42"), documents.Plain("14")},
				{documents.Plain("K SRINIVASA RAO"), documents.Plain("47"), documents.Plain("15")},
			},
			"papers":  {{words(func(l local) string { return l.paper1 })}, {words(func(l local) string { return l.paper2 })}},
			"grounds": {{words(func(l local) string { return l.ground1 })}, {words(func(l local) string { return l.ground2 })}},
		},
	}
	particulars := []documents.Record{
		{words(func(l local) string { return l.named }), documents.Plain(place.name)},
		{words(func(l local) string { return l.age }), documents.Plain("42")},
		{words(func(l local) string { return l.income }), documents.Money(12400000)},
		{documents.Words{language: place.place, "en": locals["en"].place}, documents.Plain(place.address)},
	}
	data.Lists["particulars"], data.Lists["answers"], data.Lists["heads"] = particulars, particulars, particulars
	data.Lists["rows"] = []documents.Record{
		{documents.Plain("1")}, {documents.Plain("సర్వే నెంబరు"), documents.Plain("12-2")},
		{documents.Plain("2")}, {documents.Plain("సర్వే నెంబరు"), documents.Plain("12-3")},
	}
	if language != "en" {
		data.Also = "en"
	}
	if kind == documents.Certificate || kind == documents.Summary {
		data.Photo = photo()
	}
	return data
}

// photo is a picture of 240 by 300 pixels, as a phone's camera compresses one.
var photo = sync.OnceValue(func() []byte {
	picture := image.NewRGBA(image.Rect(0, 0, 240, 300))
	for y := range 300 {
		for x := range 240 {
			head := (x-120)*(x-120)*9+(y-120)*(y-120)*6 < 60*60*9
			body := (x-120)*(x-120)+(y-330)*(y-330) < 130*130
			shade := uint8(190 + (x*7+y*13)%23)
			switch {
			case head:
				picture.SetRGBA(x, y, color.RGBA{R: shade - 40, G: shade - 80, B: shade - 105, A: 255})
			case body:
				picture.SetRGBA(x, y, color.RGBA{R: 60, G: 70 + shade/8, B: 120, A: 255})
			default:
				picture.SetRGBA(x, y, color.RGBA{R: shade, G: shade + 8, B: shade + 20, A: 255})
			}
		}
	}
	var file bytes.Buffer
	_ = jpeg.Encode(&file, picture, &jpeg.Options{Quality: 80})
	return file.Bytes()
})

var kinds = []string{
	documents.Certificate, documents.Receipt, documents.Ticket, documents.Acknowledgement, documents.Appeal, documents.Summary,
	documents.Extract,
}
