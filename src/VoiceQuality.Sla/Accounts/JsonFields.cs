using System.Globalization;
using System.Text.Json;

namespace VoiceQuality.Sla.Accounts;

/// <summary>The fields of one JSON object: each is asked for once, and what nobody asked for is an error.</summary>
internal sealed class JsonFields
{
    private readonly PositionedJson _parent;
    private readonly List<AccountBookError> _errors;
    private readonly Dictionary<string, PositionedJson> _fields = new(StringComparer.Ordinal);

    public JsonFields(PositionedJson parent, List<AccountBookError> errors, params ReadOnlySpan<string> known)
    {
        _parent = parent;
        _errors = errors;

        if (parent.Kind != JsonTokenType.StartObject)
        {
            Report(parent, AccountBookErrorKind.WrongType, "An object is expected here.");
            return;
        }

        foreach (var (name, value) in parent.Members)
        {
            if (!known.Contains(name))
            {
                Report(value, AccountBookErrorKind.UnknownField,
                    $"There is no such field. Known here: {string.Join(", ", known.ToArray())}.");
            }
            else if (!_fields.TryAdd(name, value))
            {
                Report(value, AccountBookErrorKind.RepeatedField, "The field occurs twice in this object.");
            }
        }
    }

    /// <summary>Whether the value was an object at all.</summary>
    public bool IsObject => _parent.Kind == JsonTokenType.StartObject;

    /// <summary>Whether the document has an error so far.</summary>
    public bool HasErrors => _errors.Count > 0;

    /// <summary>The fields of an object inside this one; its errors go to the same list.</summary>
    public JsonFields Within(PositionedJson item, params ReadOnlySpan<string> known) => new(item, _errors, known);

    public bool Has(string name) => _fields.ContainsKey(name);

    public PositionedJson At(string name) => _fields.GetValueOrDefault(name, _parent);

    /// <summary>A non-empty string of bounded length; null after reporting an error.</summary>
    public string? Text(string name, int maxLength = 256)
    {
        if (Find(name) is not { } field)
        {
            return null;
        }

        if (field.Kind != JsonTokenType.String)
        {
            Report(field, AccountBookErrorKind.WrongType, "A string is expected here.");
            return null;
        }

        if (string.IsNullOrWhiteSpace(field.Text) || field.Text.Length > maxLength || field.Text.Any(char.IsControl))
        {
            Report(field, AccountBookErrorKind.BadValue,
                $"1 to {maxLength} characters without control characters are expected here.");
            return null;
        }

        return field.Text;
    }

    /// <summary>An id; null after reporting an error.</summary>
    public string? Id(string name)
    {
        var text = Text(name, 64);
        if (text is null)
        {
            return null;
        }

        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_' or '.'))
            {
                Report(At(name), AccountBookErrorKind.BadValue, "An id has letters, digits, '-', '_' and '.' only.");
                return null;
            }
        }

        if (!char.IsAsciiLetterOrDigit(text[0]))
        {
            Report(At(name), AccountBookErrorKind.BadValue, "An id begins with a letter or a digit.");
            return null;
        }

        return text;
    }

    /// <summary>A whole number within bounds; the fallback where it is absent; null after reporting an error.</summary>
    public int? Integer(string name, int min, int max, int? fallback)
    {
        if (!Has(name) && fallback is { } value)
        {
            return value;
        }

        if (Find(name) is not { } field)
        {
            return null;
        }

        if (field.Kind != JsonTokenType.Number)
        {
            Report(field, AccountBookErrorKind.WrongType, "A whole number is expected here.");
            return null;
        }

        if (!int.TryParse(field.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
            || value < min
            || value > max)
        {
            Report(field, AccountBookErrorKind.BadValue, $"A whole number from {min} to {max} is expected here.");
            return null;
        }

        return value;
    }

    /// <summary>The items of an array; none where it is absent and may be, or after reporting an error.</summary>
    public IReadOnlyList<PositionedJson> Items(string name, bool isRequired)
    {
        var field = isRequired || Has(name) ? Find(name) : null;
        if (field is not null && field.Kind != JsonTokenType.StartArray)
        {
            Report(field, AccountBookErrorKind.WrongType, "An array is expected here.");
        }

        return field?.Items ?? [];
    }

    public void Report(string name, AccountBookErrorKind kind, string message) => Report(At(name), kind, message);

    private PositionedJson? Find(string name)
    {
        if (_fields.TryGetValue(name, out var field))
        {
            return field;
        }

        // A value of the wrong type was reported as such; that it also lacks fields adds nothing.
        if (IsObject)
        {
            _errors.Add(new AccountBookError(
                _parent.Line, $"{_parent.Path}.{name}", AccountBookErrorKind.MissingField, "The field is missing."));
        }

        return null;
    }

    private void Report(PositionedJson at, AccountBookErrorKind kind, string message) =>
        _errors.Add(new AccountBookError(at.Line, at.Path, kind, message));
}
