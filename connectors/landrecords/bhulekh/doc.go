// Package bhulekh speaks to Bhulekh, the land records of Odisha.
//
// # What is known and what is assumed
//
// Known from public client code and notes of people who watched the portal: GET
// RoRView.aspx without a session leads to BhulekhError.aspx, whose link "here" is a
// postback that starts a public session and leads back by way of Default.aspx. On
// RoRView.aspx district, tahasil and village are lists, each of which fills the next
// by an UpdatePanel delta (X-MicrosoftAjax: Delta=true, the ScriptManager's field, the
// newest view state); a radio list chooses between Khatiyan, Plot and Tenant; the list
// ddlBindData then holds every number of the village, thousands of them, with values
// padded by spaces that must come back so. The button View RoR answers a delta with
// pageRedirect to SRoRFront_Uni.aspx, which is the record: labels in Odia, values in
// elements whose ids end in lblMouja, lblKhatiyanslNo, lblName and so on, parcels in a
// table gvRorBack. A hidden csrfval belongs to the session. Waits of 15 to 30 seconds
// are normal.
//
// Assumed: that a lost session shows as a redirect to the error page in place of a
// delta, and a record's page that has no record is one we do not know. Tenants of a
// village are found by a part of their name.
//
// # Services and fields
//
// The one service is the record of rights; RecordQuery.Service is not looked at.
// Fields, in order:
//
//	ddlDistrict, ddlTahsil, ddlVillage   choices
//	rbtnRORSearchtype                    choice: Khatiyan, Plot or Tenant
//	ddlBindData                          the number as the citizen typed it, or a
//	                                     part of the tenant's name
//
// RecordQuery.Record is the value of the record's option as Search gave it.
package bhulekh
