using VoiceQuality.Monitor.Calls;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Calls;

/// <summary>What a call keeps of the headers that say who called whom (RFC 3261, RFC 3325).</summary>
public sealed class CallNumberTests
{
    [Fact]
    public void Asserted_identities_are_kept_in_order_over_lines_and_commas()
    {
        var call = Only(
            "P-Asserted-Identity: \"Sales, west\" <sip:+15550101@a.example>, <tel:+15550102>\r\n"
            + "p-asserted-identity: sip:+15550103@a.example;x=1\r\n"
            + "Remote-Party-ID: <sip:+15550104@a.example>;party=calling\r\n");

        Assert.Equal(["+15550101", "+15550102", "+15550103"], call.AssertedIdentities);
        Assert.Equal(["+15550104"], call.RemotePartyIds);
        Assert.Equal("+15550199", call.RequestUser);
    }

    [Fact]
    public void A_header_without_a_number_is_still_there() => Assert.Equal(
        ["sip:anonymous.invalid"], Only("P-Asserted-Identity: <sip:anonymous.invalid>\r\n").AssertedIdentities);

    [Fact]
    public void Without_the_headers_there_are_none()
    {
        var call = Only("");
        Assert.Empty(call.AssertedIdentities);
        Assert.Empty(call.RemotePartyIds);
    }

    [Fact]
    public void More_than_four_values_are_left_out() => Assert.Equal(
        4, Only(string.Concat(Enumerable.Repeat("P-Asserted-Identity: <tel:+15550101>\r\n", 9))).AssertedIdentities.Count);

    [Theory]
    [InlineData("P-Asserted-Identity: \"open, <sip:+1@a\r\n")]
    [InlineData("P-Asserted-Identity: ,,,,,\r\n")]
    [InlineData("P-Asserted-Identity: \"a\\\r\n")]
    [InlineData("P-Asserted-Identity: <<<>>>,>\r\n")]
    public void Broken_values_are_no_failure(string header) =>
        Assert.InRange(Only(header).AssertedIdentities.Count, 0, 4);

    private static CallRecord Only(string headers)
    {
        var wire = new Wire();
        var sip = new SipScript(wire, "call");
        sip.Request(0, "INVITE", extra: headers);
        sip.Response(1, 200);
        sip.Request(1.1, "ACK");
        sip.Released(5);
        return Assert.Single(Measurement.Of(wire).Calls);
    }
}
