using NodaTime;
using VoiceQuality.Sla.Rating;

namespace VoiceQuality.Sla.Tests.Rating;

public class NumberTests
{
    [Theory]
    [InlineData("8015550100", NumberForm.NorthAmerican)]
    [InlineData("18015550100", NumberForm.NorthAmerican)]
    [InlineData("+18015550100", NumberForm.NorthAmerican)]
    [InlineData("(801) 555-0100", NumberForm.NorthAmerican)]
    [InlineData("sip:+18015550100;npdi@192.0.2.1;user=phone", NumberForm.NorthAmerican)]
    [InlineData("tel:+1-801-555-0100", NumberForm.NorthAmerican)]
    [InlineData("9999999999", NumberForm.NorthAmerican)]      // well formed; its area code is nobody's
    [InlineData("+18885550123", NumberForm.TollFree)]
    [InlineData("8335550123", NumberForm.TollFree)]
    [InlineData("+442079460000", NumberForm.Foreign)]
    [InlineData("011442079460000", NumberForm.Foreign)]
    [InlineData("00442079460000", NumberForm.Foreign)]
    [InlineData("+2905501", NumberForm.Foreign)]              // seven digits with the country code
    [InlineData("+290550", NumberForm.Invalid)]
    [InlineData("442079460000", NumberForm.Invalid)]          // no form of R-61: a slip is not a call abroad
    [InlineData("1111111111", NumberForm.Invalid)]
    [InlineData("+11111111111", NumberForm.Invalid)]
    [InlineData("0015550100", NumberForm.Invalid)]
    [InlineData("8011550100", NumberForm.Invalid)]            // exchange 155
    [InlineData("8019110100", NumberForm.Invalid)]            // exchange 911
    [InlineData("4115550100", NumberForm.Invalid)]            // area code 411
    [InlineData("8009115555", NumberForm.Invalid)]
    [InlineData("911", NumberForm.Invalid)]
    [InlineData("+1801555010", NumberForm.Invalid)]
    [InlineData("+180155501000", NumberForm.Invalid)]
    [InlineData("801-555-HELP", NumberForm.Invalid)]
    [InlineData("+44", NumberForm.Invalid)]
    [InlineData("alice", NumberForm.Invalid)]
    [InlineData(null, NumberForm.Blank)]
    [InlineData("", NumberForm.Blank)]
    [InlineData("  ", NumberForm.Blank)]
    [InlineData("anonymous", NumberForm.Blank)]
    [InlineData("Anonymous", NumberForm.Blank)]
    [InlineData("unknown", NumberForm.Blank)]
    [InlineData("sip:anonymous@anonymous.invalid", NumberForm.Blank)]
    public void A_number_is_told_by_its_form(string? text, NumberForm form) =>
        Assert.Equal(form, PartyNumber.Read(text).Form);

    [Fact]
    public void Written_forms_of_one_number_are_equal()
    {
        Assert.Equal(PartyNumber.Read("8015550100"), PartyNumber.Read("+1 801 555 0100"));
        Assert.Equal(801, PartyNumber.Read("1-801-555-0100").AreaCode);
    }

    [Fact]
    public void A_number_prints_no_digits() =>
        Assert.DoesNotContain("555", PartyNumber.Read("+18015550100").ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData(800, true)]
    [InlineData(833, true)]
    [InlineData(844, true)]
    [InlineData(855, true)]
    [InlineData(866, true)]
    [InlineData(877, true)]
    [InlineData(888, true)]
    [InlineData(822, false)]
    [InlineData(801, false)]
    [InlineData(899, false)]
    public void Seven_codes_are_toll_free(int code, bool isTollFree) =>
        Assert.Equal(isTollFree, PartyNumber.IsTollFreeCode(code));

    [Fact]
    public void An_asserted_identity_of_a_trusted_peer_goes_before_the_others()
    {
        var chosen = CallerIdentity.Choose(["+18015550100"], ["+12125550100"], "+15125550100", isTrustedPeer: true);
        Assert.Equal((CallerIdSource.PAssertedIdentity, 801), (chosen.Source, chosen.Number.AreaCode));
        chosen = CallerIdentity.Choose([], ["+12125550100"], "+15125550100", isTrustedPeer: true);
        Assert.Equal((CallerIdSource.RemotePartyId, 212), (chosen.Source, chosen.Number.AreaCode));
        chosen = CallerIdentity.Choose(null, null, "+15125550100", isTrustedPeer: true);
        Assert.Equal((CallerIdSource.From, 512), (chosen.Source, chosen.Number.AreaCode));
    }

    [Fact]
    public void A_peer_that_is_not_trusted_asserts_nothing()
    {
        var chosen = CallerIdentity.Choose(["+18015550100"], ["+12125550100"], "+15125550100", isTrustedPeer: false);
        Assert.Equal((CallerIdSource.From, 512), (chosen.Source, chosen.Number.AreaCode));
        Assert.Equal(default, CallerIdentity.Choose(["+18015550100"], null, "", isTrustedPeer: false));
    }

    [Fact]
    public void Of_two_asserted_identities_the_one_that_is_a_number_counts_and_a_bad_one_alone_is_not_passed_over()
    {
        var chosen = CallerIdentity.Choose(["sip:alice@example.com", "tel:+18015550100"], null, "+15125550100", true);
        Assert.Equal(801, chosen.Number.AreaCode);
        chosen = CallerIdentity.Choose(["sip:alice@example.com"], ["+12125550100"], "+15125550100", true);
        Assert.Equal((CallerIdSource.PAssertedIdentity, NumberForm.Invalid), (chosen.Source, chosen.Number.Form));
    }

    [Theory]
    [InlineData("801", "UX")]
    [InlineData("801", "")]
    [InlineData("888", "UT")]
    [InlineData("811", "UT")]
    [InlineData("101", "UT")]
    [InlineData("80", "UT")]
    [InlineData("８01", "UT")]
    public void An_area_code_table_refuses_what_cannot_be(string code, string place)
    {
        Assert.False(AreaCodeTable.TryCreate("v1", [KeyValuePair.Create(code, place)], out _, out var bad));
        Assert.Equal(code, bad);
    }

    [Fact]
    public void An_area_code_table_without_a_row_or_with_a_code_twice_is_refused()
    {
        Assert.False(AreaCodeTable.TryCreate("v1", [], out _, out _));
        Assert.False(AreaCodeTable.TryCreate(
            "v1", [KeyValuePair.Create("801", "UT"), KeyValuePair.Create("801", "NV")], out _, out _));
    }

    [Theory]
    [InlineData("+182135550100", NumberForm.Invalid)]         // 1 and eleven digits, though 213-555 is within
    [InlineData("+44 CALL", NumberForm.Invalid)]
    [InlineData("+12005550100", NumberForm.NorthAmerican)]    // [2-9]XX begins at 200
    [InlineData("+12012000100", NumberForm.NorthAmerican)]
    [InlineData("+11995550100", NumberForm.Invalid)]
    [InlineData("sip:tel:+18015550100@192.0.2.1", NumberForm.Invalid)]
    [InlineData("sip:@192.0.2.1", NumberForm.Blank)]
    public void A_number_has_exactly_the_digits_and_the_scheme_of_its_form(string text, NumberForm form) =>
        Assert.Equal(form, PartyNumber.Read(text).Form);

    [Fact]
    public void No_number_is_a_blank_one_and_one_abroad_has_no_area_code()
    {
        Assert.Equal((NumberForm.Blank, 0), (PartyNumber.Of(default).Form, PartyNumber.Of(default).AreaCode));
        Assert.Equal(0, PartyNumber.Read("+442079460000").AreaCode);
    }

    [Fact]
    public void An_empty_header_is_not_there_and_of_two_bad_identities_the_first_counts()
    {
        var chosen = CallerIdentity.Choose([" "], ["+12125550100"], "+15125550100", isTrustedPeer: true);
        Assert.Equal((CallerIdSource.RemotePartyId, 212), (chosen.Source, chosen.Number.AreaCode));
        chosen = CallerIdentity.Choose(["anonymous", "alice"], null, "+15125550100", isTrustedPeer: true);
        Assert.Equal((CallerIdSource.PAssertedIdentity, NumberForm.Blank), (chosen.Source, chosen.Number.Form));
        chosen = CallerIdentity.Choose(["alice", "anonymous"], null, "+15125550100", isTrustedPeer: true);
        Assert.Equal((CallerIdSource.PAssertedIdentity, NumberForm.Invalid), (chosen.Source, chosen.Number.Form));
    }

    [Fact]
    public void A_refused_area_code_row_is_named_even_if_it_or_the_table_is_empty()
    {
        Assert.False(AreaCodeTable.TryCreate("v1", [], out _, out var bad));
        Assert.Equal("", bad);
        Assert.False(AreaCodeTable.TryCreate("v1", [KeyValuePair.Create((string)null!, "UT")], out _, out bad));
        Assert.Equal("", bad);
        Assert.False(AreaCodeTable.TryCreate("v1", [KeyValuePair.Create("801", (string)null!)], out _, out bad));
        Assert.Equal("801", bad);
    }

    [Fact]
    public void A_number_is_held_from_its_first_instant_to_before_its_last()
    {
        var (number, end) = (PartyNumber.Read("+18015550100").Number, RatingFixture.May + Duration.FromDays(1));
        var holdings = new NumberHoldings([(number, RatingFixture.May, end)]);
        Assert.Equal(
            [false, true, true, false],
            new[] { RatingFixture.May - Duration.Epsilon, RatingFixture.May, end - Duration.Epsilon, end }
                .Select(at => holdings.Holds(number, at)));
        Assert.False(holdings.Holds(PartyNumber.Read("+12125550100").Number, RatingFixture.May));
    }
}
