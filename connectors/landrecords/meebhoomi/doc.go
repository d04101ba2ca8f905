// Package meebhoomi speaks to the web service behind Meebhoomi and Webland, the
// land records of Andhra Pradesh.
//
// # What is known and what is assumed
//
// Known from public pages: the pages ROR.aspx (record of rights, form 1-B) and
// Adangal.aspx stand before a SOAP service wspahani.asmx with some thirty
// operations, among them GetMandalNames, GetVillageNames,
// GetMeebhoomiRORDetails(Dcode, Mcode, VCode, KhataNo) and
// GetMeebhoomiAdangal(Dcode, Mcode, VCode, sur_No, year); a record has 35 columns;
// credentials stand inside every message.
//
// Assumed, in the style of such services, and to be checked against the
// department's WSDL before the first real call: the operation GetDistrictNames, the
// parameters UserId and Password, the namespace http://tempuri.org/, an answer that is
// a DataSet (a schema and a diffgram whose rows are elements Table, empty columns
// left out), and the columns' names, which are listed in columns.go with the labels
// that people know from the printed adangal.
//
// # Services and fields
//
//	service ROR      Dcode, Mcode, VCode, KhataNo
//	service Adangal  Dcode, Mcode, VCode, sur_No, year (of the fasli, four digits)
//
// Dcode, Mcode and VCode are choices; RecordQuery.Record takes the place of KhataNo
// or sur_No. The credentials are PortalConfig.Credentials "user_id" and "password".
package meebhoomi
