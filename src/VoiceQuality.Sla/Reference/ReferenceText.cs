using VoiceQuality.Sla.Accounts;

namespace VoiceQuality.Sla.Reference;

/// <summary>How the text of a field is taken.</summary>
internal static class ReferenceText
{
    /// <summary>
    /// Without blanks around it, and without the apostrophe that an export puts before what a spreadsheet would take
    /// for a formula.
    /// </summary>
    public static string Plain(string text)
    {
        text = text.Trim();
        return text.Length > 1 && text[0] == '\'' && text[1] is '=' or '+' or '-' or '@' ? text[1..] : text;
    }

    /// <summary>One spelling for what means the same.</summary>
    public static string Canonical(string text, ColumnForm form)
    {
        text = Plain(text);
        return form switch
        {
            ColumnForm.Number when PhoneNumber.TryNormalize(text, out var number) => number.ToE164(),
            ColumnForm.Amount when Money.TryParse(text, 28, out var amount) => Money.Format(amount),
            _ => text,
        };
    }
}
