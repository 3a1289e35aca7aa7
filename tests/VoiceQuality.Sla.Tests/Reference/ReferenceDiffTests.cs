using VoiceQuality.Sla.Reference;

namespace VoiceQuality.Sla.Tests.Reference;

public sealed class ReferenceDiffTests
{
    [Fact]
    public void Rows_are_added_changed_and_removed_by_their_key()
    {
        var before = Rates(
            "A-1,FLAT_RATE,DEFAULT,0.0450,2026-01-01,",
            "A-1,FLAT_RATE,OUTBOUND_TOLL_FREE,0.0000,2026-01-01,",
            "A-2,FLAT_RATE,DEFAULT,0.0500,2026-01-01,");
        var after = Rates(
            "A-2,FLAT_RATE,DEFAULT,0.05,2026-01-01,",
            "A-1,FLAT_RATE,DEFAULT,0.0460,2026-01-01,2025-12-01",
            "A-2,TIERED,DEFAULT,0.0500,2026-01-01,");

        var diff = ReferenceDiff.Of(before, after);
        Assert.Equal((1, 1, 1, 1), (diff.Added, diff.Changed, diff.Removed, diff.Unchanged));
        Assert.Equal(
            [
                "Changed 3 A-1 FLAT_RATE DEFAULT 2026-01-01: rate 0.045 → 0.046, notice_sent_at (none) → 2025-12-01",
                "Added 4 A-2 TIERED DEFAULT 2026-01-01: ",
                "Removed 3 A-1 FLAT_RATE OUTBOUND_TOLL_FREE 2026-01-01: ",
            ],
            diff.Rows.Select(row => $"{row.Kind} {row.Line} {row.Key}: {string.Join(", ", row.Fields)}"));
    }

    [Fact]
    public void The_same_rows_in_another_order_and_spelling_are_no_difference()
    {
        var before = Sheet.Of(ReferenceKinds.Numbers,
            "account,number,service,from", "A-1,+13035550100,LOCAL,2026-01-01", "A-1,+13035550101,LOCAL,2026-01-01");
        var after = Sheet.Of(ReferenceKinds.Numbers,
            "service,from,account,number", "LOCAL,2026-01-01,A-1,(303) 555-0101", "LOCAL,2026-01-01,A-1,'+13035550100");
        Assert.True(ReferenceDiff.Of(before, after).IsEmpty);
    }

    [Fact]
    public void Of_a_number_four_digits_are_shown_and_of_an_address_nothing()
    {
        var numbers = ReferenceDiff.Of(null, Sheet.Of(ReferenceKinds.Numbers,
            "account,number,service,from", "A-1,+13035550100,LOCAL,2026-01-01"));
        Assert.Equal("…0100 2026-01-01", Assert.Single(numbers.Rows).Key);

        const string header = "account,from,contract_address";
        var addresses = ReferenceDiff.Of(
            Sheet.Of(ReferenceKinds.Addresses, header, "A-1,2026-01-01,1 Old Street"),
            Sheet.Of(ReferenceKinds.Addresses, header, "A-1,2026-01-01,2 New Street"));
        Assert.Equal("contract_address", Assert.Single(Assert.Single(addresses.Rows).Fields));
    }

    [Fact]
    public void So_many_rows_are_told_one_by_one_and_all_are_counted()
    {
        var rows = Enumerable.Range(0, 500).Select(i => $"E-1,2026-10-01,{303_000 + i},A");
        var diff = ReferenceDiff.Of(null, Sheet.Of(ReferenceKinds.Tiers, ["edition,from,npanxx,tier", .. rows]));
        Assert.Equal(500, diff.Added);
        Assert.Equal(ReferenceDiff.MaxRows, diff.Rows.Length);
    }

    [Fact]
    public void An_export_guards_text_against_formulas_and_leaves_amounts_alone()
    {
        var components = Sheet.Of(ReferenceKinds.Components,
            "name,component,account,kind,from", "=1+1,C-1,A-1,SIP_TRUNK,2026-01-01");
        Assert.Equal(
            ["component,account,unit,name,kind,from,to,addresses", "C-1,A-1,,'=1+1,SIP_TRUNK,2026-01-01,,"],
            ReferenceCsv.Lines(components));

        var billed = Sheet.Of(ReferenceKinds.MrcBilled, "component,month,amount", "C-1,2026-10,154.84");
        Assert.Equal("C-1,2026-10,154.84", ReferenceCsv.Lines(billed).Last());
    }

    private static ReferenceTable Rates(params string[] rows) =>
        Sheet.Of(ReferenceKinds.Rates, ["account,program,class,rate,from,notice_sent_at", .. rows]);
}
