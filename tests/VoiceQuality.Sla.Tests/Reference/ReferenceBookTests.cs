using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Rating;
using VoiceQuality.Sla.Reference;

namespace VoiceQuality.Sla.Tests.Reference;

public sealed class ReferenceBookTests
{
    private static readonly Instant October = Instant.FromUtc(2026, 10, 10, 12, 0);

    [Fact]
    public void What_was_not_imported_is_not_known()
    {
        var book = ReferenceBook.Empty;
        var tables = book.RatingTablesOf("A-1");

        Assert.Null(book.FindComponent("C-1"));
        Assert.Null(book.MrcOf("C-1"));
        Assert.Null(book.BilledMrc("C-1", new(2026, 10)));
        Assert.Null(book.Holidays);
        Assert.Null(book.AddressOf("A-1", October));
        Assert.Empty(book.TollFreeNumbersOf("A-1"));
        Assert.Equal((null, null, null, null), (tables.Rates, tables.Programs, tables.AreaCodes, tables.Tiers));
        Assert.Equal(NumberForm.Blank, tables.BillingNumberAt(October).Form);
        Assert.Empty(tables.AccountNumbers);
    }

    [Fact]
    public void The_smallest_block_names_the_trunk_and_a_port_decides_between_two()
    {
        var book = Sheet.Book(Sheet.Of(ReferenceKinds.Trunks,
            "trunk,account,addresses,side,trusted_identity,from,to",
            "WIDE,A-1,198.18.0.0/16,CUSTOMER,no,2026-01-01,",
            "ONE,A-1,198.18.4.1:5060,CUSTOMER,yes,2026-01-01,2026-11-01",
            "OTHER,A-2,198.18.4.1:5070,CUSTOMER,yes,2026-01-01,"));
        var address = Address("198.18.4.1");

        Assert.Equal("WIDE", book.FindTrunk(Address("198.18.4.2"), October)!.Id);
        Assert.Equal("ONE", book.FindTrunk(address, October, 5060)!.Id);
        Assert.Equal("OTHER", book.FindTrunk(address, October, 5070)!.Id);
        Assert.Equal("WIDE", book.FindTrunk(address, October, 5080)!.Id);

        // Without its port it could be either: nobody is picked.
        Assert.Null(book.FindTrunk(address, October));

        // November 1st in Denver begins at 06:00 UTC.
        Assert.Equal("OTHER", book.FindTrunk(address, Instant.FromUtc(2026, 11, 1, 6, 0))!.Id);
        Assert.Null(book.FindTrunk(Address("192.0.2.1"), October));
        Assert.Null(book.FindTrunk(Address("198.18.4.2"), Instant.FromUtc(2026, 1, 1, 6, 59)));
    }

    [Fact]
    public void Components_carry_what_comes_from_or_goes_to_their_addresses()
    {
        var book = Sheet.Book(Sheet.Components("C-2,A-1,Toll free,TOLL_FREE,2026-01-01,,198.18.1.10"));
        var (inside, outside) = (Address("198.18.1.10"), Address("192.0.2.1"));

        Assert.Equal(["C-1", "C-2"], book.ComponentsCarrying(outside, inside, October).Select(component => component.Id));
        Assert.Equal(["C-1"], book.ComponentsCarrying(Address("198.18.1.9"), null, October).Select(component => component.Id));
        Assert.Empty(book.ComponentsCarrying(outside, null, October));
        Assert.Empty(book.ComponentsCarrying(inside, inside, Instant.FromUtc(2025, 12, 31, 0, 0)));
    }

    [Fact]
    public void An_accounts_own_deck_goes_before_the_shared_one_for_the_same_prefix_alone()
    {
        var book = Sheet.Book(Sheet.Of(ReferenceKinds.Decks,
            "account,class,prefix,destination,initial_s,increment_s,rate,from",
            "*,INTERNATIONAL,44,UK,30,6,0.0250,2026-01-01",
            "*,INTERNATIONAL,447,UK mobile,30,6,0.0900,2026-01-01",
            "A-1,INTERNATIONAL,44,UK,6,6,0.0199,2026-07-01"));
        var (fixedLine, mobile) = (Number("+442079460123"), Number("+447700900123"));

        Assert.Equal("0.0199", Rate("A-1", fixedLine, October));
        Assert.Equal("0.0900", Rate("A-1", mobile, October));
        Assert.Equal("0.0250", Rate("A-2", fixedLine, October));
        Assert.Equal("0.0250", Rate("A-1", fixedLine, Instant.FromUtc(2026, 6, 1, 0, 0)));
        Assert.Null(Rate("A-1", fixedLine, Instant.FromUtc(2025, 12, 31, 23, 59)));

        string? Rate(string account, PhoneNumber number, Instant at) =>
            book.RatingTablesOf(account).Rates!.FindPrefix(RateClass.International, number, at)?.Rate.ToString();
    }

    [Fact]
    public void The_numbers_and_the_billing_number_of_an_account_are_those_of_the_time_of_the_call()
    {
        var tables = Sheet.Book(
            Sheet.Of(ReferenceKinds.Numbers,
                "account,number,service,from,to", "A-1,+13035550100,TERMINATION,2026-01-01,2026-10-01"),
            Sheet.Of(ReferenceKinds.Addresses,
                "account,from,contract_address,btn",
                "A-1,2026-01-01,1 Example Street,+13035550100",
                "A-1,2026-10-01,2 Example Street,+12125550177")).RatingTablesOf("A-1");
        var number = Number("+13035550100");

        // October 1st in Denver begins at 06:00 UTC.
        var change = Instant.FromUtc(2026, 10, 1, 6, 0);
        Assert.True(tables.HoldsAt(number, change.Minus(Duration.FromMilliseconds(1))));
        Assert.False(tables.HoldsAt(number, change));
        Assert.Equal(303, tables.BillingNumberAt(change.Minus(Duration.FromMilliseconds(1))).AreaCode);
        Assert.Equal(212, tables.BillingNumberAt(change).AreaCode);
    }

    [Fact]
    public void A_caller_id_that_the_account_no_longer_holds_is_a_changed_one()
    {
        var tables = Sheet.Book(
            Sheet.Of(ReferenceKinds.Numbers,
                "account,number,service,from,to", "A-1,+12125550177,TERMINATION,2026-01-01,2026-10-01"),
            Sheet.Of(ReferenceKinds.Addresses,
                "account,from,contract_address,btn", "A-1,2026-01-01,1 Example Street,+13035550100"),
            Sheet.Of(ReferenceKinds.AreaCodes,
                "edition,from,code,place", "E,2026-01-01,303,CO", "E,2026-01-01,212,NY")).RatingTablesOf("A-1");

        // New York to Colorado by the caller's own number, and Colorado to Colorado by the billing number.
        Assert.Equal(Jurisdiction.Interstate, Decide(Instant.FromUtc(2026, 9, 30, 12, 0)));
        Assert.Equal(Jurisdiction.Intrastate, Decide(Instant.FromUtc(2026, 10, 2, 12, 0)));

        Jurisdiction Decide(Instant at) => CallRating.Rate(
            new UsageCall(
                new CallIds("call-1"), "U-1", CallDirection.Outbound, VoiceService.Termination,
                PartyNumber.Read("+12125550177"), PartyNumber.Read("+13035550199"), at, 60_000),
            tables).Jurisdiction.Jurisdiction;
    }

    [Fact]
    public void The_digest_of_documents_does_not_depend_on_their_order()
    {
        DocumentDigest one = new("rates", new string('a', 64)), two = new("decks", new string('b', 64));
        Assert.Equal(ReferenceKinds.DigestOf([one, two]), ReferenceKinds.DigestOf([two, one]));
        Assert.NotEqual(ReferenceKinds.DigestOf([one]), ReferenceKinds.DigestOf([one, two]));
    }

    private static PhoneNumber Number(string text) =>
        PhoneNumber.TryNormalize(text, out var number) ? number : throw new ArgumentException("Not a number.");

    private static SignallingAddress Address(string text) =>
        SignallingAddress.TryParse(text, out var address) ? address : throw new ArgumentException("Not an address.");
}
