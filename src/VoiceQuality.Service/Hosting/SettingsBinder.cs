using System.Collections;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace VoiceQuality.Service.Hosting;

/// <summary>
/// Reads one section into its options class and collects everything that is wrong with it: keys that do not exist,
/// values that cannot be read, values out of range. Values are never quoted: one of them may be a password.
/// </summary>
internal static class SettingsBinder
{
    public static T Bind<T>(IConfiguration configuration, string section, ICollection<string> errors)
        where T : new()
    {
        object target = new T();
        BindInto(target, configuration.GetSection(section), section, errors);
        return (T)target;
    }

    private static void BindInto(object target, IConfigurationSection section, string path, ICollection<string> errors)
    {
        var properties = target.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.SetMethod is not null && IsReadable(p.PropertyType))
            .ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase);

        if (section.Value is { Length: > 0 })
        {
            errors.Add($"{path} has a value where settings are expected");
        }

        foreach (var child in section.GetChildren())
        {
            if (properties.TryGetValue(child.Key, out var property))
            {
                BindProperty(target, property, child, $"{path}:{property.Name}", errors);
            }
            else
            {
                errors.Add($"{path}:{child.Key} is no setting; there are {string.Join(", ", Names(properties))}");
            }
        }

        Validate(target, properties.Values, path, errors);
    }

    private static void BindProperty(
        object target, PropertyInfo property, IConfigurationSection child, string path, ICollection<string> errors)
    {
        if (IsList(property.PropertyType))
        {
            BindList(target, property, child, path, errors);
        }
        else if (IsNested(property.PropertyType))
        {
            BindInto(property.GetValue(target)!, child, path, errors);
        }
        else if (child.GetChildren().Any())
        {
            errors.Add($"{path} has settings below it where a value is expected");
        }
        else if (TryConvert(child.Value, property.PropertyType, out var value))
        {
            property.SetValue(target, value);
        }
        else
        {
            errors.Add($"{path} is not {Describe(property.PropertyType)}");
        }
    }

    private static void BindList(
        object target, PropertyInfo property, IConfigurationSection child, string path, ICollection<string> errors)
    {
        var values = new List<string>();

        foreach (var item in child.GetChildren())
        {
            if (string.IsNullOrWhiteSpace(item.Value) || !int.TryParse(item.Key, out _))
            {
                errors.Add($"{path}:{item.Key} is not text");
            }
            else
            {
                values.Add(item.Value);
            }
        }

        if (!string.IsNullOrEmpty(child.Value))
        {
            errors.Add($"{path} is not a list");
        }

        property.SetValue(target, values);
    }

    private static void Validate(
        object target, IEnumerable<PropertyInfo> properties, string path, ICollection<string> errors)
    {
        foreach (var property in properties)
        {
            var context = new ValidationContext(target) { MemberName = property.Name, DisplayName = "it" };

            foreach (var attribute in property.GetCustomAttributes<ValidationAttribute>())
            {
                if (attribute.GetValidationResult(property.GetValue(target), context) is not null)
                {
                    errors.Add($"{path}:{property.Name} {Describe(attribute)}");
                }
            }
        }

        if (target is IValidatableObject validatable)
        {
            foreach (var result in validatable.Validate(new ValidationContext(target)))
            {
                errors.Add($"{path}:{result.MemberNames.FirstOrDefault()} {result.ErrorMessage}");
            }
        }
    }

    private static bool TryConvert(string? text, Type type, out object? value)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        value = null;

        if (string.IsNullOrEmpty(text))
        {
            // An empty value turns off what is off by default, and is wrong for everything else.
            return !type.IsValueType || Nullable.GetUnderlyingType(type) is not null;
        }

        if (plain == typeof(string))
        {
            value = text;
            return true;
        }

        if (plain == typeof(Uri))
        {
            value = Uri.TryCreate(text, UriKind.Absolute, out var uri) ? uri : null;
            return value is not null;
        }

        if (plain == typeof(TimeSpan))
        {
            // "5" would be five days.
            value = text.Contains(':') && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) ? span : null;
            return value is not null;
        }

        try
        {
            value = TypeDescriptor.GetConverter(plain).ConvertFromInvariantString(text);
            return value is not null && (!plain.IsEnum || Enum.IsDefined(plain, value));
        }
        catch (Exception e) when (e is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return false;
        }
    }

    private static string Describe(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(bool) => "true or false",
        var t when t == typeof(TimeSpan) => "a time such as 00:00:05",
        var t when t == typeof(Uri) => "an absolute address such as http://127.0.0.1:8086",
        var t when t == typeof(double) => "a number",
        var t when t.IsEnum => "one of " + string.Join(", ", Enum.GetNames(t)),
        var t when t.IsValueType => "a whole number",
        _ => "text",
    };

    private static string Describe(ValidationAttribute attribute) => attribute switch
    {
        RangeAttribute range => string.Create(
            CultureInfo.InvariantCulture, $"must be from {range.Minimum} to {range.Maximum}"),
        RequiredAttribute => "must not be empty",
        _ => "is not valid",
    };

    private static IEnumerable<string> Names(Dictionary<string, PropertyInfo> properties) =>
        properties.Values.Select(p => p.Name).Order(StringComparer.Ordinal);

    private static bool IsReadable(Type type) => IsList(type) || IsNested(type) || IsScalar(type);

    private static bool IsScalar(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) is var t
        && (t.IsPrimitive || t.IsEnum || t == typeof(string) || t == typeof(TimeSpan) || t == typeof(Uri));

    private static bool IsList(Type type) =>
        type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type)
        && type.IsAssignableFrom(typeof(List<string>));

    private static bool IsNested(Type type) =>
        type is { IsClass: true, Namespace: { } space } && space.StartsWith("VoiceQuality.Service", StringComparison.Ordinal);
}
