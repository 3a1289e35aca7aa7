using System.Text;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Reference;

namespace VoiceQuality.Sla.Tests.Reference;

/// <summary>Small files of reference data: fields without quotes or commas.</summary>
internal static class Sheet
{
    public static AccountBook Accounts { get; } = AccountBook.Parse(Encoding.UTF8.GetBytes(
        """
        {
          "accounts": [
            { "accountId": "A-1", "name": "One", "timeZone": "America/Denver",
              "units": [ { "unitId": "U-1", "name": "Unit" } ] },
            { "accountId": "A-2", "name": "Two", "timeZone": "America/New_York",
              "units": [ { "unitId": "U-2", "name": "Unit" } ] }
          ],
          "rules": []
        }
        """)).Book!;

    /// <summary>A file of a kind; the name of the file is the kind.</summary>
    public static ReferenceTable Of(string kind, params string[] lines) => new(
        kind,
        kind,
        lines.Length == 0 ? [] : lines[0].Split(','),
        lines.Skip(1).Select((line, index) => new ReferenceRow(index + 2, line.Split(','))));

    public static ReferenceTable Components(params string[] more) => Of(
        ReferenceKinds.Components,
        ["component,account,name,kind,from,to,addresses", "C-1,A-1,Trunk,SIP_TRUNK,2026-01-01,,198.18.1.0/24", .. more]);

    public static ReferenceResult Parse(params ReferenceTable[] tables) => ReferenceParser.Parse(tables, Accounts);

    public static ReferenceBook Book(params ReferenceTable[] tables)
    {
        var result = Parse(tables);
        Assert.Empty(result.Errors);
        return new ReferenceBook(result.Content, "digest");
    }

    /// <summary>The only error of the files.</summary>
    public static ReferenceError ErrorOf(params ReferenceTable[] tables) => Assert.Single(Parse(tables).Errors);
}
