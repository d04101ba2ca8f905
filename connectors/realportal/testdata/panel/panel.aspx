<%@ Page Language="C#" %>
<script runat="server">
void District_Changed(object sender, EventArgs e)
{
	Village.Items.Clear();
	if (District.SelectedValue == "01") { Village.Items.Add(new ListItem("ଗୋପାଳପୁର | a", "0101 ")); Village.Items.Add(new ListItem("Ramnagar", "0102 ")); }
	else Village.Items.Add(new ListItem("Kanas", "0201 "));
	Count.Text = Village.Items.Count + " villages";
}
void Show_Click(object sender, EventArgs e) { Response.Redirect("done.aspx?village=" + Village.SelectedValue.Trim()); }
void Fail_Click(object sender, EventArgs e) { throw new ApplicationException("no connection"); }
</script>
<!DOCTYPE html><html><head runat="server"><title>Panel</title></head><body>
<form id="form1" runat="server"><asp:ScriptManager ID="ScriptManager1" runat="server" />
<asp:DropDownList ID="District" runat="server" AutoPostBack="true" OnSelectedIndexChanged="District_Changed">
<asp:ListItem Value="">Select</asp:ListItem><asp:ListItem Value="01">Cuttack</asp:ListItem><asp:ListItem Value="02">Puri</asp:ListItem></asp:DropDownList>
<asp:UpdatePanel ID="Panel1" runat="server"><Triggers><asp:AsyncPostBackTrigger ControlID="District" EventName="SelectedIndexChanged" /></Triggers><ContentTemplate>
<asp:DropDownList ID="Village" runat="server" /><asp:Label ID="Count" runat="server" />
<asp:Button ID="Show" Text="Show" OnClick="Show_Click" runat="server" /><asp:Button ID="Fail" Text="Fail" OnClick="Fail_Click" runat="server" />
</ContentTemplate></asp:UpdatePanel></form></body></html>
