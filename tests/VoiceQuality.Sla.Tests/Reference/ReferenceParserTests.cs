using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Reference;

namespace VoiceQuality.Sla.Tests.Reference;

public sealed class ReferenceParserTests
{
    [Fact]
    public void A_date_begins_with_the_day_of_the_account_and_an_instant_is_itself()
    {
        var book = Sheet.Book(Sheet.Components(
            "C-2,A-2,Trunk,SIP_TRUNK,2026-07-01,2026-12-01,",
            "C-3,A-2,Trunk,SIP_TRUNK,2026-07-01T00:00:00+02:00,,"));

        // Denver is seven hours behind UTC in January; New York four in July and five in December.
        Assert.Equal(Instant.FromUtc(2026, 1, 1, 7, 0), book.FindComponent("C-1")!.From);
        Assert.Equal(Instant.FromUtc(2026, 7, 1, 4, 0), book.FindComponent("C-2")!.From);
        Assert.Equal(Instant.FromUtc(2026, 12, 1, 5, 0), book.FindComponent("C-2")!.To);
        Assert.Equal(Instant.FromUtc(2026, 6, 30, 22, 0), book.FindComponent("C-3")!.From);
    }

    [Fact]
    public void Every_error_of_every_file_is_told_at_once_and_no_number_with_it()
    {
        var result = Sheet.Parse(
            Sheet.Components("C-9,A-9,Trunk,SIP_TRUNK,2026-13-01,,198.18.1.5/24"),
            Sheet.Of(ReferenceKinds.Numbers,
                "account,number,service,from,to",
                "A-1,+1303555010x,TERMINATION,2026-01-01,",
                "A-1,+13035550100,VOICE,2026-01-01,2026-01-01",
                "A-1,+13035550101,LOCAL,2026-02-01,2026-01-01"),
            Sheet.Of(ReferenceKinds.ComponentMrc, "component,from,basis,amount", "C-7,2026-01-01,OWN_AMOUNT,-1.00"));

        Assert.Equal(
            [
                "components:3:account UnknownAccount",
                "components:3:from BadValue",
                "components:3:addresses BadValue",
                "numbers:2:number BadValue",
                "numbers:3:service BadValue",
                "numbers:4:to BadValue",
                "component-mrc:2:component UnknownComponent",
                "component-mrc:2:amount BadValue",
            ],
            result.Errors.Select(error => $"{error.File}:{error.Line}:{error.Column} {error.Kind}"));
        Assert.All(result.Errors, error => Assert.DoesNotContain("303555", error.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("component,account,name,kind,from,colour", ReferenceErrorKind.UnknownColumn, "column 6")]
    [InlineData("component,account,name,kind,from,name", ReferenceErrorKind.RepeatedColumn, "name")]
    [InlineData("component,account,name,from", ReferenceErrorKind.MissingColumn, "kind")]
    public void A_first_line_that_is_not_understood_is_refused(string header, ReferenceErrorKind kind, string column)
    {
        var error = Sheet.ErrorOf(Sheet.Of(ReferenceKinds.Components, header));
        Assert.Equal((1, column, kind), (error.Line, error.Column, error.Kind));
    }

    [Fact]
    public void An_empty_file_and_a_kind_that_nobody_knows_are_refused()
    {
        Assert.Equal(ReferenceErrorKind.MissingColumn, Sheet.ErrorOf(Sheet.Of(ReferenceKinds.Holidays)).Kind);
        Assert.Equal(ReferenceErrorKind.UnknownKind, Sheet.ErrorOf(Sheet.Of("holiday", "date,name")).Kind);
    }

    [Theory]
    [InlineData("2026-06-01", "2026-06-01", true)]  // ends where the other begins: a date ends with its first instant
    [InlineData("2026-06-02", "2026-06-01", false)] // one day of both
    [InlineData("", "2026-06-01", false)]           // the first never ends
    public void A_number_has_one_holder_at_a_time(string endOfFirst, string beginOfSecond, bool isAccepted)
    {
        var numbers = Sheet.Of(ReferenceKinds.Numbers,
            "account,number,service,from,to",
            $"A-1,+13035550100,TERMINATION,2026-01-01,{endOfFirst}",
            $"A-1,1 (303) 555-0100,TERMINATION,{beginOfSecond},");
        var errors = Sheet.Parse(numbers).Errors;

        Assert.Equal(isAccepted ? [] : [(3, ReferenceErrorKind.Overlap)], errors.Select(error => (error.Line, error.Kind)));
    }

    [Fact]
    public void A_component_of_another_account_does_not_carry_a_number()
    {
        var error = Sheet.ErrorOf(Sheet.Components(), Sheet.Of(ReferenceKinds.Numbers,
            "account,number,service,component,from", "A-2,+12125550177,TERMINATION,C-1,2026-01-01"));
        Assert.Equal(("component", ReferenceErrorKind.UnknownComponent), (error.Column, error.Kind));
    }

    [Fact]
    public void A_unit_of_another_account_is_unknown()
    {
        var error = Sheet.ErrorOf(Sheet.Of(ReferenceKinds.Numbers,
            "account,unit,number,service,from", "A-2,U-1,+12125550177,TERMINATION,2026-01-01"));
        Assert.Equal(("unit", ReferenceErrorKind.UnknownUnit), (error.Column, error.Kind));
    }

    [Theory]
    [InlineData("C-1,2026-05-01,USAGE_ONLY,", "basis")]           // the basis does not change
    [InlineData("C-1,2026-01-01,OWN_AMOUNT,2.00", "from")]        // two amounts from one date on
    [InlineData("C-1,2026-05-01,UNSPLIT_BUNDLE,2.00", "amount")]  // a bundle has no amount of its own
    [InlineData("C-1,2026-05-01,OWN_AMOUNT,", "amount")]
    [InlineData("C-1,2026-05-01,OWN_AMOUNT,1e3", "amount")]
    public void The_charge_of_a_component_is_said_once(string row, string column)
    {
        var error = Sheet.ErrorOf(Sheet.Components(), Sheet.Of(ReferenceKinds.ComponentMrc,
            "component,from,basis,amount", "C-1,2026-01-01,OWN_AMOUNT,1.00", row));
        Assert.Equal((3, column), (error.Line, error.Column));
    }

    [Fact]
    public void Two_trunks_do_not_share_an_address_at_one_time()
    {
        var error = Sheet.ErrorOf(Sheet.Of(ReferenceKinds.Trunks,
            "trunk,account,addresses,side,trusted_identity,from,to",
            "T-1,A-1,198.18.1.0/24 198.18.3.1:5060,CUSTOMER,no,2026-01-01,2026-05-01",
            "T-2,A-1,198.18.3.1:5061,CUSTOMER,no,2026-01-01,",
            "T-3,A-1,198.18.1.0/24,CUSTOMER,no,2026-05-01,",
            "T-4,A-1,198.18.3.1:5060,CUSTOMER,no,2026-04-30,"));
        Assert.Equal((5, "addresses", ReferenceErrorKind.Overlap), (error.Line, error.Column, error.Kind));
    }

    [Fact]
    public void A_customers_trunk_names_its_account()
    {
        var error = Sheet.ErrorOf(Sheet.Of(ReferenceKinds.Trunks,
            "trunk,account,addresses,side,trusted_identity,from",
            "T-1,*,192.0.2.0/25,CARRIER,yes,2026-01-01",
            "T-2,*,192.0.2.128/25,CUSTOMER,yes,2026-01-01"));
        Assert.Equal((3, "account"), (error.Line, error.Column));
    }

    [Theory]
    [InlineData("303555,A", "npanxx")]      // these digits again
    [InlineData("30355,A", "npanxx")]       // five digits
    [InlineData("303556,D", "tier")]
    [InlineData("303556,UNKNOWN", "tier")]  // unknown is no category: such digits are not in the table
    public void A_tier_row_is_refused_when_it_says_nothing_sure(string row, string column)
    {
        var error = Sheet.ErrorOf(Sheet.Of(ReferenceKinds.Tiers,
            "edition,from,npanxx,tier", "E-1,2026-10-01,303555,OTHER", $"E-1,2026-10-01,{row}"));
        Assert.Equal((3, column), (error.Line, error.Column));
    }

    [Fact]
    public void An_edition_begins_once_and_no_two_of_them_together()
    {
        var result = Sheet.Parse(Sheet.Of(ReferenceKinds.Tiers,
            "edition,from,npanxx,tier",
            "E-1,2026-10-01,303555,A",
            "E-1,2026-10-01T00:00:00Z,303556,A", // the same instant, written otherwise
            "E-1,2026-10-02,303557,A",
            "E-2,2026-10-01,303555,B"));
        Assert.Equal([4, 5], result.Errors.Select(error => error.Line));
        Assert.All(result.Errors, error => Assert.Equal(ReferenceErrorKind.Conflict, error.Kind));
    }

    [Fact]
    public void A_record_of_a_number_that_the_account_does_not_hold_is_refused()
    {
        // One digit off, the record would bar nothing and nobody would see why.
        var error = Sheet.ErrorOf(
            Sheet.Components(),
            Sheet.Of(ReferenceKinds.Numbers,
                "account,number,service,component,from", "A-1,+18885550123,TOLL_FREE,C-1,2026-01-01"),
            Sheet.Of(ReferenceKinds.TollFree,
                "number,component,event,at",
                "+18885550123,C-1,CAMPAIGN,2026-02-01",
                "+18885550132,C-1,CAMPAIGN,2026-02-01"));
        Assert.Equal((3, ReferenceErrorKind.UnknownNumber), (error.Line, error.Kind));
    }

    [Fact]
    public void A_file_with_very_many_errors_is_cut_off_with_a_word()
    {
        var rows = Enumerable.Range(0, 5_000).Select(_ => "2026-02-30,x");
        var errors = Sheet.Parse(Sheet.Of(ReferenceKinds.Holidays, ["date,name", .. rows])).Errors;

        Assert.Equal(1_001, errors.Length);
        Assert.Equal(ReferenceErrorKind.TooMany, errors[^1].Kind);
    }

    [Fact]
    public void Rows_that_are_in_order_are_kept_beside_those_that_are_not()
    {
        var result = Sheet.Parse(Sheet.Components("C-2,A-9,Trunk,SIP_TRUNK,2026-01-01,,"));
        Assert.Equal("C-1", Assert.Single(result.Content.Components).Id);
        Assert.Equal(2, result.RowCounts[ReferenceKinds.Components]);
    }

    [Theory]
    [InlineData("198.18.4.0/24", "198.18.4.7", null, true)]
    [InlineData("198.18.4.1:5060", "198.18.4.1", 5060, true)]
    [InlineData("198.18.4.1:5060", "198.18.4.1", 5061, false)]
    [InlineData("198.18.4.1:5060", "198.18.4.1", null, true)] // the port of the call is not known
    [InlineData("[2001:2::1]:5060", "2001:2::1", 5060, true)]
    [InlineData("2001:2::/48", "2001:2:0:9::1", 5060, true)]
    [InlineData("2001:2::1", "2001:2::2", null, false)]
    public void A_range_holds_addresses_and_ports(string range, string address, int? port, bool expected)
    {
        Assert.True(SignallingRange.TryParse(range, out var parsed));
        Assert.True(SignallingAddress.TryParse(address, out var signalling));
        Assert.Equal(expected, parsed.Contains(signalling, port));
    }

    [Theory]
    [InlineData("198.18.4.1/24")]      // bits after the prefix
    [InlineData("198.18.4.1:")]
    [InlineData("198.18.4.1:0")]
    [InlineData("198.18.4.1:65536")]
    [InlineData("198.18.4.1:05060")]
    [InlineData("[2001:2::1]5060")]
    [InlineData("[198.18.4.1]:5060")]
    [InlineData("example.com")]
    [InlineData("")]
    public void What_is_no_range_is_refused(string range) => Assert.False(SignallingRange.TryParse(range, out _));
}
