using System.Buffers;

namespace VoiceQuality.Sla.Accounts;

/// <summary>Reads what a rule compares.</summary>
internal sealed class UnitMatchReader(List<AccountBookError> errors)
{
    private const string Shapes =
        "A match is trunk, numberPrefix, numberFrom with numberTo, domain, or headerName with headerValue.";

    private static readonly SearchValues<char> NotInDomains = SearchValues.Create(" @/<>\"");

    public UnitMatch? Read(PositionedJson item)
    {
        var fields = new JsonFields(
            item, errors, "trunk", "numberPrefix", "numberFrom", "numberTo", "domain", "headerName", "headerValue");

        if (!fields.IsObject)
        {
            return null;
        }

        var isRange = fields.Has("numberFrom") || fields.Has("numberTo");
        var isHeader = fields.Has("headerName") || fields.Has("headerValue");
        var shapes = (fields.Has("trunk") ? 1 : 0) + (fields.Has("numberPrefix") ? 1 : 0) + (isRange ? 1 : 0)
            + (fields.Has("domain") ? 1 : 0) + (isHeader ? 1 : 0);

        if (shapes != 1)
        {
            fields.Report("match", AccountBookErrorKind.BadValue, Shapes);
            return null;
        }

        return fields.Has("trunk") ? ReadTrunk(fields)
            : fields.Has("numberPrefix") ? ReadPrefix(fields)
            : isRange ? ReadRange(fields)
            : fields.Has("domain") ? ReadDomain(fields)
            : ReadHeader(fields);
    }

    /// <summary>The match with what is compared without regard to case in one case.</summary>
    public static UnitMatch Canonical(UnitMatch match) => match switch
    {
        UnitMatch.Domain domain => new UnitMatch.Domain(domain.Host.ToUpperInvariant()),
        UnitMatch.Header header => new UnitMatch.Header(header.Name.ToUpperInvariant(), header.Value),
        _ => match,
    };

    private static UnitMatch.Trunk? ReadTrunk(JsonFields fields)
    {
        var text = fields.Text("trunk", 64);
        if (text is null)
        {
            return null;
        }

        if (IpPrefix.TryParse(text, out var prefix))
        {
            return new UnitMatch.Trunk(prefix);
        }

        fields.Report("trunk", AccountBookErrorKind.BadValue,
            "An address block is written 198.18.4.0/24 or 2001:2::/48, with no bits set after the prefix.");
        return null;
    }

    private static UnitMatch.NumberPrefix? ReadPrefix(JsonFields fields)
    {
        var text = fields.Text("numberPrefix", 16);
        if (text is null)
        {
            return null;
        }

        if (IsInternational(text))
        {
            return new UnitMatch.NumberPrefix(text[1..]);
        }

        fields.Report("numberPrefix", AccountBookErrorKind.BadValue,
            "A prefix is a plus and 1 to 15 digits, country code first.");
        return null;
    }

    private static UnitMatch.NumberRange? ReadRange(JsonFields fields)
    {
        var from = ReadNumber(fields, "numberFrom");
        var to = ReadNumber(fields, "numberTo");
        if (from is not { } first || to is not { } last)
        {
            return null;
        }

        if (first.Length == last.Length && first.Digits <= last.Digits)
        {
            return new UnitMatch.NumberRange(first, last);
        }

        fields.Report("numberTo", AccountBookErrorKind.BadValue,
            "A range runs upwards between two numbers of the same length.");
        return null;
    }

    private static PhoneNumber? ReadNumber(JsonFields fields, string name)
    {
        var text = fields.Text(name, 16);
        if (text is null)
        {
            return null;
        }

        if (IsInternational(text) && PhoneNumber.TryNormalize(text, out var number))
        {
            return number;
        }

        fields.Report(name, AccountBookErrorKind.BadValue,
            "A number is a plus and 1 to 15 digits, country code first.");
        return null;
    }

    private static UnitMatch.Domain? ReadDomain(JsonFields fields)
    {
        var text = fields.Text("domain", 253);
        if (text is null)
        {
            return null;
        }

        if (UnitResolver.HostOf(text).SequenceEqual(text) && !text.AsSpan().ContainsAny(NotInDomains))
        {
            return new UnitMatch.Domain(text);
        }

        fields.Report("domain", AccountBookErrorKind.BadValue,
            "A domain is a host name or an address without port, scheme, user and final dot.");
        return null;
    }

    private static UnitMatch.Header? ReadHeader(JsonFields fields)
    {
        var name = fields.Text("headerName", 64);
        var value = fields.Text("headerValue");
        if (name is null || value is null)
        {
            return null;
        }

        foreach (var character in name)
        {
            if (!char.IsAsciiLetterOrDigit(character) && !"-.!%*_+`'~".Contains(character, StringComparison.Ordinal))
            {
                fields.Report("headerName", AccountBookErrorKind.BadValue,
                    "A header name is a token (RFC 3261 §25.1).");
                return null;
            }
        }

        return new UnitMatch.Header(name, value.Trim());
    }

    private static bool IsInternational(string text) => text.Length is >= 2 and <= 16
        && text[0] == '+'
        && text[1] is >= '1' and <= '9'
        && !text.AsSpan(1).ContainsAnyExceptInRange('0', '9');
}
