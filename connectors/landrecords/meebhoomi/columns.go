package meebhoomi

// column is one column of a register: its element in the answer and the label of
// the printed form.
type column struct{ name, label string }

// register is one of the two records the service gives.
type register struct {
	operation, title string
	// number is the parameter that names the record.
	number string
	// key is the column that tells records of one answer apart, detail the one
	// that describes them.
	key, detail string
	// heads stand once at the top of the extract, columns in every row.
	heads, columns []column
}

const (
	serviceROR     = "ROR"
	serviceAdangal = "Adangal"
)

// The columns that connector and title use.
const (
	columnKhata  = "Khata_No"
	columnSurvey = "Survey_No"
	columnHolder = "Pattadar_Name"
)

func registers() map[string]register {
	places := []column{{"Dist_Name", "జిల్లా"}, {"Mandal_Name", "మండలం"}, {"Village_Name", "గ్రామం"}}
	return map[string]register{
		serviceROR: {
			operation: "GetMeebhoomiRORDetails", title: "1-బి", number: fieldKhata, key: columnKhata, detail: columnSurvey,
			heads: append(places, column{columnKhata, "ఖాతా నెంబరు"}), columns: rorColumns(),
		},
		serviceAdangal: {
			operation: "GetMeebhoomiAdangal", title: "అడంగల్", number: fieldSurvey, key: columnSurvey, detail: columnKhata,
			heads: append(places, column{"Fasli_Year", "ఫసలీ సంవత్సరం"}), columns: adangalColumns(),
		},
	}
}

func rorColumns() []column {
	return []column{
		{columnHolder, "పట్టాదారు పేరు"}, {"Pattadar_FatherName", "తండ్రి/భర్త పేరు"}, {columnSurvey, "సర్వే నెంబరు"},
		{"Land_Nature", "భూమి స్వభావం"}, {"Land_Classification", "భూమి వివరణ"}, {"Total_Extent", "విస్తీర్ణం (ఎకరాలు)"},
		{"Tax", "శిస్తు (రూ.)"}, {"Acquisition_Mode", "సంక్రమించిన విధానం"}, {"Mutation_No", "మ్యుటేషన్ నెంబరు"}, {"Remarks", "రిమార్కులు"},
	}
}

// adangalColumns with the four heads are the 35 columns of the adangal.
func adangalColumns() []column {
	return []column{
		{columnSurvey, "సర్వే నెంబరు"}, {"Total_Extent", "మొత్తం విస్తీర్ణం"}, {"UnCultivable_Extent", "సాగుకు పనికిరాని విస్తీర్ణం"},
		{"Cultivable_Extent", "సాగుకు పనికివచ్చే విస్తీర్ణం"}, {"Land_Nature", "భూమి స్వభావం"}, {"Tax", "శిస్తు (రూ.)"},
		{"Land_Classification", "భూమి వివరణ"}, {"Water_Resource", "జలాధారం"}, {"Water_Resource_Extent", "ఆయకట్టు విస్తీర్ణం"},
		{columnKhata, "ఖాతా నెంబరు"}, {columnHolder, "పట్టాదారు పేరు"}, {"Pattadar_FatherName", "తండ్రి/భర్త పేరు"},
		{"Enjoyer_Name", "అనుభవదారు పేరు"}, {"Enjoyer_FatherName", "అనుభవదారు తండ్రి/భర్త పేరు"},
		{"Enjoyer_Extent", "అనుభవ విస్తీర్ణం"}, {"Enjoyment_Nature", "అనుభవ స్వభావం"},
		{"LandUse_Kharif", "ఖరీఫ్: భూ వినియోగం"}, {"Crop_Kharif", "ఖరీఫ్: పంట"}, {"CropExtent_Kharif", "ఖరీఫ్: పంట విస్తీర్ణం"},
		{"CropWater_Kharif", "ఖరీఫ్: నీటి వసతి"}, {"CropYield_Kharif", "ఖరీఫ్: దిగుబడి"},
		{"LandUse_Rabi", "రబీ: భూ వినియోగం"}, {"Crop_Rabi", "రబీ: పంట"}, {"CropExtent_Rabi", "రబీ: పంట విస్తీర్ణం"},
		{"CropWater_Rabi", "రబీ: నీటి వసతి"}, {"CropYield_Rabi", "రబీ: దిగుబడి"},
		{"Trees", "చెట్లు"}, {"Mutation_No", "మ్యుటేషన్ నెంబరు"}, {"Mutation_Date", "మ్యుటేషన్ తేదీ"}, {"Remarks", "రిమార్కులు"}, {"Updated_On", "నవీకరించిన తేదీ"},
	}
}
