"""A service's description (OpenAPI 3.1) => a client, as Python: a method an operation, a function a schema.

The client takes no answer that is not described: another status, type or header, or a value of another shape, is an
`Undescribed`. What the generator does not know in a description it refuses. Standard library only.
"""

import re

HEAD = '''"""Made from the description of %(title)s %(version)s."""

import json
import re


class Undescribed(Exception):
    """An answer that the description does not know."""


class Answer:
    def __init__(self, status, headers, value):
        self.status = status
        self.headers = headers
        self.value = value


def demand(condition, where, what):
    if not condition:
        raise Undescribed(where + ": " + what)


'''

CALL = '''
class Client:
    """`send(method, target, headers, body)` brings a request over; it returns the status, headers in small letters, and bytes."""

    def __init__(self, send):
        self.send = send
        self.seen = set()

    def call(self, operation, method, target, headers, body, answers):
        status, found, content = self.send(method, target, [(name, text) for name, text in headers if text is not None], body)
        where = "%s %d" % (operation, status)
        demand(status in answers, where, "no such status")
        wanted, contents = answers[status]
        for name, (required, check) in wanted.items():
            demand(name in found or not required, where, "no header " + name)
            if name in found:
                check(found[name], where + " " + name)
        kind = found.get("content-type", "").split(";")[0]
        demand(kind in contents, where, "another type: " + kind)
        value = content.decode("utf-8")
        if kind == "application/json":
            value = json.loads(value)
        contents[kind](value, where)
        self.seen.add((operation, status))
        return Answer(status, found, value)
'''

TYPES = {"object": "dict", "array": "list", "string": "str", "integer": "int", "boolean": "bool"}
KNOWN = {"type", "required", "properties", "additionalProperties", "items", "pattern", "const", "enum", "minimum",
         "minLength", "maxLength", "not", "anyOf", "description"}


class Refused(Exception):
    """A description that the generator does not understand."""


def snake(name):
    return re.sub("[^a-z0-9]", "_", name.lower())


class Generator:
    def __init__(self, description):
        if not description["openapi"].startswith("3.1."):
            raise Refused("another version of OpenAPI")
        self.description = description
        self.functions = []
        self.named = {}

    def resolve(self, node):
        while "$ref" in node:
            target = self.description
            for part in node["$ref"][2:].split("/"):
                target = target[part]
            node = target
        return node

    def check_of(self, schema):
        """The name of the function that holds a value against a schema."""
        if "$ref" in schema:
            reference = schema["$ref"]
            if reference not in self.named:
                self.named[reference] = "is_" + snake(reference.rsplit("/", 1)[1])
                self.write(self.named[reference], self.resolve(schema))
            return self.named[reference]
        name = "check_%d" % (len(self.functions) + 1)
        self.functions.append("")
        self.write(name, schema)
        return name

    def write(self, name, schema):
        if not set(schema) <= KNOWN:
            raise Refused("schema of %s: %s" % (name, sorted(set(schema) - KNOWN)))
        lines = ["def %s(value, where):" % name]

        def demand(condition, what):
            lines.append("    demand(%s, where, %r)" % (condition, what))
        if "type" in schema:
            extra = " and not isinstance(value, bool)" if schema["type"] == "integer" else ""
            demand("isinstance(value, %s)%s" % (TYPES[schema["type"]], extra), "no " + schema["type"])
        if "const" in schema:
            demand("value == %r and type(value) is type(%r)" % (schema["const"], schema["const"]), "another value")
        if "enum" in schema:
            demand("value in %r" % (schema["enum"],), "another value")
        if "pattern" in schema:
            demand("re.search(%r, value)" % schema["pattern"], "another form")
        if "minimum" in schema:
            demand("value >= %r" % schema["minimum"], "too small")
        if "minLength" in schema:
            demand("len(value) >= %d" % schema["minLength"], "too short")
        if "maxLength" in schema:
            demand("len(value) <= %d" % schema["maxLength"], "too long")
        for member in schema.get("required", []):
            demand("%r in value" % member, "no " + member)
        if "not" in schema:
            if set(schema["not"]) != {"required"}:
                raise Refused("not, of something else than members")
            for member in schema["not"]["required"]:
                demand("%r not in value" % member, "there is a " + member)
        if "anyOf" in schema:
            lines.append("    faults = []")
            lines.append("    for check in (%s,):" % ", ".join(self.check_of(one) for one in schema["anyOf"]))
            lines.append("        try:\n            check(value, where)\n        except Undescribed as fault:\n            faults.append(fault)")
            demand("len(faults) < %d" % len(schema["anyOf"]), "none of the shapes it may have")
        if "properties" in schema or "additionalProperties" in schema:
            members = ["%r: %s" % (member, self.check_of(one)) for member, one in schema.get("properties", {}).items()]
            lines.append("    members = {%s}" % ", ".join(members))
            lines.append("    for name, member in value.items():")
            lines.append("        if name in members:\n            members[name](member, where + '.' + name)")
            others = schema.get("additionalProperties", True)
            if others is False:
                lines.append("        else:\n            demand(False, where, 'an unknown ' + name)")
            elif others is not True:
                lines.append("        else:\n            %s(member, where + '.' + name)" % self.check_of(others))
        if "items" in schema:
            lines.append("    for item in value:\n        %s(item, where + '[]')" % self.check_of(schema["items"]))
        self.functions.append("\n".join(lines) + ("\n    return\n" if len(lines) == 1 else "\n"))

    def answers_of(self, operation):
        answers = []
        for status, response in operation["responses"].items():
            response = self.resolve(response)
            headers = []
            for name, header in response.get("headers", {}).items():
                header = self.resolve(header)
                headers.append("%r: (%r, %s)" % (name.lower(), header.get("required", False), self.check_of(header["schema"])))
            contents = ["%r: %s" % (kind, self.check_of(content["schema"])) for kind, content in response["content"].items()]
            answers.append("            %d: ({%s}, {%s})," % (int(status), ", ".join(headers), ", ".join(contents)))
        return answers

    def method_of(self, path, method, operation):
        arguments, in_path, headers = [], {}, []
        if operation.get("security", self.description.get("security")):
            schemes = self.description["components"]["securitySchemes"]
            if [scheme.get("scheme") for scheme in schemes.values()] != ["bearer"]:
                raise Refused("another way to say who asks")
            arguments.append("token")
            headers.append("('Authorization', token and 'Bearer ' + token)")
        if "requestBody" in operation:
            arguments += ["body", "content_type=%r" % next(iter(operation["requestBody"]["content"]))]
            headers.append("('Content-Type', content_type)")
        for parameter in map(self.resolve, operation.get("parameters", [])):
            name = snake(parameter["name"])
            if parameter["in"] == "path":
                arguments.insert(0, name)
                in_path[parameter["name"]] = name
            elif parameter["in"] == "header":
                arguments.append(name + "=None")
                headers.append("(%r, %s)" % (parameter["name"], name))
            else:
                raise Refused("a parameter in " + parameter["in"])
        target = re.sub(r"\{(.+?)\}", lambda found: "' + %s + '" % in_path[found.group(1)], path)
        return "\n".join(
            ["", "    def %s(self, %s):" % (operation["operationId"], ", ".join(arguments)),
             "        " + repr(operation["summary"]),
             "        return self.call(%r, %r, '%s', [%s], %s, {" % (operation["operationId"], method.upper(), target,
                                                                     ", ".join(headers), "body" if "requestBody" in operation else "None")] +
            self.answers_of(operation) + ["        })", ""])

    def generate(self):
        methods = [self.method_of(path, method, operation) for path, operations in self.description["paths"].items()
                   for method, operation in operations.items()]
        return HEAD % self.description["info"] + "\n\n".join(one for one in self.functions if one) + "\n" + CALL + "".join(methods)


def generate(description):
    return Generator(description).generate()


def statuses_of(description):
    """All (operation, status) that a description names."""
    return {(operation["operationId"], int(status)) for operations in description["paths"].values()
            for operation in operations.values() for status in operation["responses"]}
